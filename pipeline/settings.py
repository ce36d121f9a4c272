"""Settings, one small frozen dataclass a stage; every threshold has a name, a unit and a reason.

Lengths are points, or shares of the height of a line of text (`em`), never bare pixels, so that a
threshold means the same at every resolution.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """How a file becomes pages."""

    max_bytes: int = 2 * 1024**3
    max_pages: int = 2_000
    max_pixels: int = 60_000_000  # a page of 600 dpi A4 has 35 million
    most_seen: int = (
        20_000_000  # pixels a page is looked at with, 45 bytes each; A3 at 300 dpi has 17 million
    )
    max_dpi: float = 400.0  # finer scans add time, not legibility
    default_dpi: float = 200.0  # for pages that must be seen and hold no picture of their own
    least_dpi: float = 97.0  # a lower resolution in a picture file (72, 96) is a default, not a fact
    greatest_dpi: float = 2_400.0  # so is a higher one
    page_inches: float = 11.69  # long side of A4, the page assumed where no resolution is stated
    cover_share: float = 0.7  # a picture over this share of a page makes it a scan
    picture_share: float = 0.05  # a smaller picture on a page is a seal or a logo, not read
    garbage_share: float = 0.1  # share of characters no text has (private use, control) in a bad layer
    foreign_share: float = 0.6  # share of Latin letters above which a layer is not a Chinese text
    foreign_least: int = 40  # characters; shorter layers are not judged by their letters
    thin: float = 3.0  # points; a filled box this thin is a rule
    thick: float = 5.0  # points; one as thick is, too, if it is a bar: a part of a table's frame
    bar: float = 4.0  # times as long as thick
    dot_step: float = 4.0  # points from one dot of a dotted rule to the next
    least_dots: int = 5  # dots that make a rule
    line_length: float = 40.0  # points; a thin mark this long may be a rule
    max_rules: int = 20_000  # vector rules of a page; more are a drawing, not tables
    max_instructions: int = 8 * 1024**2  # bytes that draw a PDF page, repeats counted; text takes a fiftieth
    max_overlap: float = 64.0  # times that a pattern's tiles may paint one point; they hardly ever overlap
    max_image_pixels: int = 300_000_000  # of one picture in a PDF; A3 at 1,200 dpi has 280 million
    max_text: int = 32 * 1024**2  # bytes of text or markup in a file; a yearbook has a thirtieth
    max_paragraphs: int = 50_000  # of a document without pages; a report has a hundred
    max_paragraph: int = 1_000_000  # characters; texts without a line break have a hundredth
    max_entries: int = 20_000  # files in a package
    max_expanded: int = 512 * 1024**2  # bytes that all parts of a package unpack to, together
    max_objects: int = 500_000  # painted objects of a page; one a character is 3 000
    max_nesting: int = 200  # elements within elements; pages pasted from Word reach 60
    max_cells: int = 200_000  # cells of a table
    max_columns: int = 1_000  # columns of a table; the form's widest has 15
    least_text: int = 8  # Chinese characters in a file of plain text; a title alone has more
    least_picture: tuple[int, int] = (240, 80)  # pixels; smaller ones are logos, icons, seals
    max_metafiles: int = 12  # of a document; LibreOffice takes seconds to draw one
    office_timeout: float = 90.0  # seconds for LibreOffice to convert one file


@dataclass(frozen=True, slots=True)
class CleanSettings:
    """How a picture is made upright."""

    max_skew: float = 15.0  # degrees
    skew_steps: tuple[float, ...] = (0.5, 0.1, 0.02)  # degrees; each searched around the last's best
    skew_dpi: float = 100.0  # the search needs no finer picture
    skew_rim: float = 0.06  # share of each side left out: borders and shadows of the scanner lie straight
    skew_window: float = 12.0  # points; ink is darker than the mean of a square of this side
    skew_contrasts: tuple[float, ...] = (14.0, 30.0, 60.0)  # grey levels by which faded, usual, black ink is
    skew_points: int = 60_000  # pixels of ink that are enough for a profile
    skew_min_points: int = 300  # fewer are a blank page
    seal_dpi: float = 75.0  # resolution at which red ink is looked for
    red_excess: float = 0.12  # of the paper's brightness that red comes back more than green and blue
    least_seal: float = 150.0  # square points of red ink; less is no seal
    seal_rim: float = 3.0  # points around red ink that may still hold some
    strong_seal: float = 0.35  # density in green and blue above that in red, of clearly red ink
    pure_seal: float = 0.2  # quantile of the red share at which red ink lies on no print
    seal_excess: float = 0.06  # of a seal's density taken off besides, for what blurred colour leaves
    seal_share: float = 0.02  # of a cell that red ink must touch for its figure to say so
    # Seals on pictures without colour; lengths in points, 2.83 to a millimetre.
    stamp_dpi: float = 150.0  # resolution at which thick ink is told from print
    print_stroke: float = 2.4  # the thickest stroke of print; a seal's outline has 2.8 and more
    stamp_level: int = 215  # grey below this is a seal's ink, however faintly pressed
    stamp_radius: tuple[float, float] = (40.0, 74.0)  # official seals have 38 to 45 mm across
    stamp_accumulator: float = 1.5  # coarseness of the places at which circles are voted for
    stamp_gradient: float = 300.0  # of edges that vote
    stamp_roundness: float = 0.5  # share of perfect that a circle must be to be looked at
    stamp_steps: tuple[float, ...] = (1.0, 0.4)  # points by which a circle is moved onto the outline
    stamp_hopeless: float = 0.45  # share of it covered, below which it is not
    stamp_line: float = 3.2  # thickness of an outline, its wavering included
    stamp_flank: float = 5.0  # from the outline's middle: what lies beyond is beside it
    stamp_cover: float = 0.82  # share of the outline that has ink; thick rules may cover three quarters
    stamp_beside: float = 0.4  # share of what is beside it that may have thick ink
    stamp_stretch: float = 16.0  # of outline over which a seal's ink is nearly of one density
    stamp_quantile: float = 0.4  # of the density along it that is the seal's: more has print, too
    stamp_star: float = 0.42  # of the radius within which the star lies
    # Screened tints of faxes; lengths in points.
    two_levels: float = 0.6  # pixels of other greys to one of ink, in a picture of two levels that was scaled
    screen_dots: float = 0.13  # share of lone pixels in a screen; dense print of two levels has 0.1
    screen_dot: float = 0.8  # the largest dot that stands alone
    screen_dense: float = 0.09  # of them by square point in a screen; dirt, and what print leaves, has half
    screen_window: float = 15.0  # in which they are counted
    screen_rim: float = 5.0  # and in which more exactly, around where there are enough
    screen_shares: tuple[float, float] = (0.1, 0.7)  # of its pixels that are ink; a darker one tells nothing
    # Width and height of what is looked for: strokes that lie, stand or cross; thin rules.
    screen_strokes: tuple[tuple[float, float], ...] = (
        (3.2, 1.1),
        (1.1, 3.2),
        (1.8, 1.8),
        (12.0, 0.7),
        (0.7, 12.0),
    )
    screen_chance: float = 4.5  # standard deviations above a screen's own share of ink
    screen_full: float = 0.95  # of a stroke's pixels: no more is asked for
    screen_piece: float = 4.0  # smaller pieces are dots that stand together
    screen_clump: float = 1.5  # the same of a fine screen
    paper_dpi: float = 50.0  # resolution at which the paper's tone is estimated
    paper_reach: float = 20.0  # points; wider than any stroke of text
    sheet_side: float = 700.0  # pixels of the longer side in which a sheet of paper is looked for
    sheet_colours: float = 320.0  # the same where its colours are told from those around it
    sheet_glance: float = 120.0  # the same at a first glance
    sheet_rounds: int = 4  # in which they are told apart better each time
    sheet_border: float = 0.015  # of a side along which a picture with a sheet in it shows what that lies on
    sheet_uneven: float = 0.06  # of a picture's width by which opposite sides differ that a scanner saw
    sheet_closing: float = 0.03  # of that side; wider than print and the rules of tables
    sheet_step: int = 3  # grey levels from pixel to pixel that paper in uneven light may change
    sheet_tone: float = 8.0  # grey levels from the paper's usual tone within which all is paper
    sheet_left: float = 0.02  # of the picture that may have the paper's tone and lie beside the sheet
    least_sheet: float = 0.3  # of the picture; a smaller region is no page that can be read
    most_sheet: float = 0.97  # of the picture; a larger one is the whole of it
    sheet_corner: float = 0.1  # of its size by which fitted corners may lie off those first seen
    sheet_fill: float = 0.93  # of the four-cornered sheet that the smooth region must fill
    warp_rules: int = 3  # rules of an axis that are enough to tell how the page is bent
    warp_rounds: int = 6  # of reweighting
    warp_outlier: float = 0.4  # points; a rule's point this far off begins to lose weight
    warp_damping: float = 1e-4  # so that bends no rule tells of stay small
    least_bend: float = 0.6  # points; rules that stray by less are straight
    warp_passes: int = 3  # rules that one pass has straightened show the next one more
    darkest_paper: int = 40  # grey; darker areas are not paper and are not lifted


@dataclass(frozen=True, slots=True)
class DetectSettings:
    """How rules and tables are found."""

    least_unseen: int = 4  # lines painted as pictures that make a second look worth while
    rule_dpi: float = 200.0  # finer pictures place no rule better and take longer
    trace_dpi: float = 120.0  # the same for the course of long rules
    strip: float = 0.9  # points beside a known line in which worn pieces of it lie
    worn_cover: float = 0.5  # share of an edge on a known line that must have ink for it to be worn
    worn_quantile: float = 0.03  # of a table's edges: as many may be worn more than is usual in it
    worn_margin: float = 0.1  # share of an edge by which a worn one may have less ink than is usual
    worn_whole: float = 0.85  # share of an edge that must have ink where a table's rules are whole
    worn_run: float = 0.4  # share of a short edge that the longest piece of a worn rule covers
    worn_pale: float = 0.4  # of the usual contrast of a table's rules: what has less shines through the sheet
    pale: float = 0.15  # of the depth of a page's darker rules: what has less shines through the sheet
    pale_part: float = 0.25  # of a rule's own depth: a long stretch of it that has less shines through
    dark_share: float = 0.75  # of the rules' length: as much is no darker than the usual depth
    inked_share: float = 0.8  # of a rule's length: a dotted one has ink along more than the rest
    worn_reach: float = 1.2  # points from a crossing rule within which a worn edge has ink at one end
    window: float = 12.0  # points; a rule is darker than the mean of a square of this side
    contrast: int = 12  # grey levels by which it is darker
    shaded: float = 18.0  # points; a square of this side that is mostly ink is no print
    shaded_ink: float = 0.45  # of it that is ink then
    shaded_edge: float = 2.5  # points along the edges of shading that count as the rules there
    band_dpi: float = 100.0  # resolution at which dark bands are looked for
    band_width: float = 60.0  # points; a dark band is a cell, or several, of a table
    band_height: float = 9.0  # points; about as high as a line of print
    band_full: float = 0.85  # share of a row, or a column, of pixels that is ink where it is a band's side
    band_ink: float = 0.45  # share of what is between two sides that is ink; print has less
    band_gap: float = 1.0  # points; so little between them is white of the band's own
    band_reach: float = 6.0  # points by which a band may reach beyond where it is dense all around
    band_grain: float = 8.0  # points; nearly every square of this side in a band has ink,
    band_least: float = 0.15  # so much of it at least,
    band_bare: float = 0.05  # but for this share of them
    band_rule: float = 1.0  # points; thickness of the rules that stand for a band's sides
    bridge: float = 2.0  # points; a break this short in a stroke is closed
    stroke: float = 13.0  # points; shorter strokes are text
    low_row: float = 16.0  # points; the verticals of a row no higher are looked for between its rules
    thickest: float = 5.0  # points; thicker ones are filled areas
    print_thick: float = 2.5  # points; a short thicker one may be a line of small print, run together
    print_thicker: float = 2.0  # times the usual thickness of the page's long rules that it has then
    uneven: float = 0.2  # share of its thickness by which half of a rule's length may differ
    long: float = 60.0  # points; a piece this long foretells where its rule goes on
    traced: float = 40.0  # points; a piece this long is more than a few characters
    trace_step: float = 6.0  # points between the places where its course is taken
    least_crossings: int = 3  # rules that cross one of a table's, from one end of it to the other
    alike_rules: int = 3  # rules that begin and end together: a table's, though none crosses them
    alike_ends: float = 6.0  # points by which their ends are apart, at most
    fellow_rules: int = 4  # at so many levels beside it a broken rule has others of a table, at least
    fellow_gap: float = 10.0  # points from one of those levels to the next: a row
    fellow_tilt: float = 0.02  # by which their slopes differ, at most: a degree
    telling: float = 120.0  # points; a rule this long has a trustworthy slope
    flank: float = 1.5  # points beside a stroke that are bare if it is a rule
    bare_side: float = 0.85  # share of a rule's length along which one flank is bare at least
    bare_both: float = 0.55  # the same for both flanks at once
    filled: float = 0.95  # share of its length that has ink in an unbroken rule
    solid: float = 0.985  # the same of a longer piece that needs no bare flanks to be a rule
    bare_broken: float = 0.94  # share of a broken rule's length along which both flanks are bare
    dots: int = 3  # gaps between two crossings that make a rule a dotted one
    dashes: int = 5  # dashes, or dots, in a row that make a dashed rule
    many_dots: int = 8  # dots that make a shorter one
    least_dashes: int = 2  # the same from one rule to another, on a page that has dashed rules
    dash_touch: float = 0.5  # points from a rule to the dash that begins at it, at most
    dash_like: float = 0.25  # share by which dashes, and gaps, may differ from those usual on the page
    dash: float = 2.0  # points; the shortest dash
    dash_uneven: float = 0.8  # points by which one may be thicker than on average
    dot: float = 2.6  # points; the largest dot
    dash_thick: float = 3.6  # points; the thickest, slant included
    dash_shape: float = 1.4  # times as long as thick at least
    dash_alike: float = 0.5  # of the thickness of one that the next has at least
    dash_gap: float = 5.0  # points of white between two at most
    dash_white: float = 1.2  # the same as a share of the longer of them
    dash_skip: float = 3.5  # times the longer of two may lie between where a joint took in a third
    dash_taken: float = 0.3  # share of that which is inked then at least
    dash_joint: float = 0.3  # share of that along which a rule that crosses there may have ink on a flank
    dash_rounds: int = 3  # looks, each of which knows the rules that the last has found
    dash_offset: float = 0.8  # points across by which one may lie off the last
    joint: float = 5.0  # points; what is shorter between two crossings belongs to the joint
    break_share: float = 0.5  # a gap is bridged up to this share of the shorter piece
    offset: float = 1.6  # points across the axis by which pieces of one rule may differ
    break_length: float = 5.0  # points along the axis that may lie between pieces of one rule
    max_strokes: int = 20_000  # more are noise
    border: float = 0.015  # of a picture's longer side within which what ends there goes on beyond it
    beyond_near: float = 6.0  # points beside the end of a sheet that are dark along it
    beyond_most: float = 70.0  # from there to the picture's border, at the most
    beyond_level: float = 0.7  # of the grey of paper: what is darker around a sheet is none
    beyond_beside: float = 0.9  # of what is beside a sheet's end is so dark
    beyond_dark: float = 0.5  # the same of all to the picture's border
    edge_depth: float = 3.0  # times that within which an edge of the sheet lies
    least_mark: float = 1.5  # points; smaller pieces of ink tell nothing of where print stands
    largest_mark: float = 60.0  # points; larger pieces are pictures, seals, frames
    least_stroke: float = 3.0  # points; smaller pieces tell nothing of how dark print is
    pale_print: float = 0.2  # of a page's pieces of print: as many shine through, or none does
    dark_print: float = 0.95  # of a page's pieces of print: as much is no darker than print's usual depth


@dataclass(frozen=True, slots=True)
class GridSettings:
    """How rules become cells."""

    snap: float = 2.5  # points; rules closer than this are one line (double borders, residual slant)
    same_line: float = 0.8  # points across; touching rules this near are pieces of one
    reach: float = 4.0  # points; a rule that ends this near another still meets it
    band_cell: float = 0.8  # share of a dark band, and of a cell, in the other where the band is the cell
    touch: float = 2.0  # points; the same for short rules, which strokes of characters resemble
    gap: float = 8.0  # points; a break in a rule that is bridged when rules are grouped
    edge_cover: float = 0.5  # share of an edge that rules must cover for it to part two cells
    side_cover: float = 0.15  # of a side, on both, that shows a table to have sides, however worn
    through: float = 0.7  # share of a cell's width, or height, along which no rule goes through it
    sure_cover: float = 0.75  # below this share of any side a cell says that a rule was inferred
    seed: float = 60.0  # points; shorter rules count only where both their ends meet accepted ones
    open_ends: int = 3  # parallel rules that must end together for a table to be open there
    thinnest: float = 0.6  # of the thinnest long rule's thickness that a short one must have
    free: float = 200.0  # points; a longer rule counts though it touches no other
    min_rules: int = 4  # rules a network needs to be looked at as a table
    tail_parted: float = 0.75  # of the columns that reach below a table: as many are a row of their own
    hanging: float = 30.0  # points below a table in which words of a label cut by a page break may hang
    far_side: float = 90.0  # points from a table's rules to the border of a column that is one cell
    comb: int = 4  # verticals that cross a lone rule, all as long, if it is a table's
    frame_rules: int = 6  # the most rules that make a mere frame around other tables
    overlap: float = 0.5  # share of the smaller of two networks' boxes that both cover if they are one
    min_cells: int = 2  # a single cell is a frame around text, not a table
    align: float = 7.0  # points; column lines of two pieces of a table, photographed or not, agree
    part_width: float = 0.6  # of a table's width: what is narrower is no piece of it, but of one of its rows
    resized: float = 0.05  # of a table's width: as much two photographs of its pages differ in size
    margin: float = 0.065  # share of the page's height at top and bottom that holds no body text
    blank_row: float = 0.8  # of the height of the row above it: lower, what a cut left of one is no row
    label_columns: int = 2  # more that rows of a table have than the corner over them
    legible: float = 0.6  # confidence of a character, on average; a line of prose has 0.9 where it is worst
    header_rows: int = 6  # the most rows a repeated header may have
    whole_cover: float = 0.95  # share of an edge from which it counts as unbroken; 1 less this as unseen
    whole_rows: int = 3  # rows of a table by whose cells it is known that none of its rules is lost
    worn_share: float = 0.03  # share of the edges seen that are broken in a worn table
    worn_piece: float = 20.0  # points; a shorter piece of a worn horizontal rule does not show its line
    margin_least: float = 12.0  # points of paper around a table, to its sheet's edge; worn rules end nearer
    worn_levels: int = 3  # horizontal lines that a table shows at least, however worn
    worn_level: float = 0.25  # of the ink on a table's longest line; what has less is print
    worn_side: float = 0.3  # of a row's height: as much, on both its sides, shows it between two lines
    stroke_rows: float = 0.25  # of a table's rows: a column line seen in more of them is no run of strokes
    word_rows: float = 0.4  # the same of one amid a word in every row that shows it
    sliver: float = 3.5  # points; columns as narrow hold nothing
    hem: float = 2.5  # points from a stroke to the rest of its character
    indented: float = 8.0  # points from the side of a cell to the first stroke of its label
    prior_against: float = 0.01  # of a known tiling's edges: as many may be seen that it does not have
    prior_many: int = 40  # edges of a tiling of which one seen beside them may be a stroke of a character
    prior_missing: float = 0.2  # of a known tiling's edges: as many may be worn away
    prior_large: int = 100  # edges of a tiling of which what is left shows it, even where more are worn away
    prior_worn: float = 0.35  # of the edges of one so large, or that no edge is against: as many may be
    prior_few: float = 0.08  # the same of a table that is whole otherwise, where print stands on both sides
    prior_apart: float = 0.5  # points of white between such a line and lines of print, where others show it
    prior_dashes: int = 2  # narrow pieces one after another on the line of an edge that are left of it
    prior_touch: float = 1.0  # points by which print may reach over the line of such dashes
    prior_some: int = 20  # edges of a tiling of which one may be missing in any case
    prior_margin: float = 3.0  # edges by which one place of a tiling must explain better than another
    prior_between: float = 3.0  # edges that a false one between print counts for besides
    prior_empty: int = 2  # rows below a table of the form that may be left empty
    prior_lines: int = 3  # the most lines of a damaged table that a known tiling adds
    prior_left_out: int = 4  # the same of lines seen along few of their edges that it leaves out
    prior_told: float = 0.6  # of the cells with print between two lines: so many have it beside a lost one
    prior_even: float = 0.6  # of a table's columns: as many are as wide where their pitch tells of lost lines
    prior_crossed: float = 0.4  # of the cells with print beside such a line: as many may have it across
    prior_beside: int = 2  # such cells between two rows, at the fewest
    prior_parted: int = 3  # cells with print on both sides of a line that may be left out all the same
    prior_scrap: float = 1.6  # points; what is narrower and tall may be a scrap of a rule
    prior_stem: float = 1.15  # times the usual height of print: what is as thin as a rule and taller is no 1
    prior_tall: float = 2.0  # times the usual height of print: what is taller is none
    prior_roomy: float = 2.0  # times a piece of print that a row is high whose print reaches no rule
    prior_joint: float = 1.0  # points; what is nearer to a rule of such a row is left of a joint
    prior_white: float = 2.0  # points of white that go through where a line is lost
    prior_thin: float = 0.6  # of a thin row (column): what is parted by a line that print shows is no thinner
    prior_weak: float = 0.1  # of its edges: a line with no more of them is doubtful
    prior_edges: int = 4  # of so many, one alone is doubtful, too
    # Tables with rules left out; `em` is the height of a line of print.
    rungs: int = 2  # horizontal rules, one below another, that a table without sides has at least
    larger: float = 24.0  # points by which a table with sides goes beyond what is a part of it
    rung_gap: float = 90.0  # points between two of them; a row with a label of five lines is lower
    word_gap: float = 0.4  # em; white between two cells, while characters of a word stand closer
    ink_gap: float = 0.7  # em; the same in a picture, where boxes hold ink alone: （ fills half its square
    space_gap: float = 0.4  # em; the same where a word's text may be parted
    tall_scrap: float = 2.0  # times the usual height of print: what is taller may be a scrap of a rule
    large_print: float = 1.5  # times that height: larger print is a title or written by hand
    large_word: float = 1.5  # width over height of a word of it; what is narrower is a punch hole
    narrow_scrap: float = 3.0  # times its width that one is high
    flat_scrap: float = 0.25  # of the usual height of print: what is flatter may be a scrap of a rule
    dirt: float = 0.28  # em; smaller than a dash
    lone_dirt: float = 0.4  # em; smaller print is no line of a text by itself
    text_gap: float = 1.3  # em; wider white than this is found between cells, not after a comma
    text_run: float = 3.0  # em; the words of a running text are longer on average
    level: float = 0.5  # em, or share of the lower of two pieces: so much on one level is one line
    lane_cover: float = 0.5  # share of a column's words that may go across the white beside it
    lane_clear: float = 3.0  # times as wide as white amid words that between columns of a known table is
    many_words: int = 14  # of a block; so many leave no white as wide as a gap between cells by chance
    rich_line: float = 0.8  # share of the most words of a line, with which another has as many columns
    same_ends: int = 2  # rules that must end together inside a table to tell a column's edge
    centred: float = 0.03  # of the width: a word as near to its middle is centred in it
    prose_width: float = 0.55  # of a table's: a label is narrower, a line of prose wider
    indent: float = 1.2  # em; a label of a table's first columns begins nearer to its side
    heading_height: float = 1.08  # of the table's print; headings are set larger, if by little
    larger_heading: float = 1.15  # the same of one that stands no farther in than labels do
    heading_width: float = 0.25  # of the table's width; labels in the middle of a column are narrower
    taller_line: float = 1.35  # em; a taller line is not of the table's print
    wide_word: float = 1.5  # em; narrower words are figures
    title_width: float = 0.4  # of a table's: the title of a block of it is no wider
    title_reach: float = 40.0  # points above a table's first rule in which its title row lies
    column_gap: float = 1.6  # of a line's height; white that only cells have between them
    small_print: float = 0.7  # of a page's usual height of print, a table's at its smallest
    loose_lines: float = 2.5  # of a line's height; farther apart lines are of two tables
    outline_reach: float = 14.0  # points beyond a table's print at which its outer rules may lie
    least_print: float = 4.5  # points; lower print is none, or belongs to a picture
    bare_rows: int = 3  # rows of cells that make a table where no rule does
    row_overlap: float = 0.02  # share of a line's height that a row has in common with it if it is its own
    figure_width: float = 4.0  # em; columns whose words are wider hold labels
    lone_digit: float = 0.8  # em; a character is wider
    few_rules: int = 3  # that a table has whose rules part no rows
    lone_row: int = 8  # columns of a row of figures that is a table by itself, between two rules
    off_pitch: float = 0.2  # of the width of its columns: a figure stands no farther from one's middle
    row_words: int = 3  # words beside one another that make a row where no rule closes it


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Where another process reads on a device for this one, and with how much patience it is asked."""

    address: str  # path of its socket
    request_bytes: int = 8 * 1024**2  # of lines that are asked for at once: some pages of cells
    timeout: float = 120.0  # seconds until an answer must be there; a page's takes one on a processor
    loading: float = 300.0  # seconds until its models must be loaded, a card's libraries with them


@dataclass(frozen=True, slots=True)
class ReadSettings:
    """How text is read."""

    engine: str = "auto"  # auto, openvino, onnxruntime, paddle
    device: str = "cpu"  # cpu, gpu, gpu:0 ...
    instead_of: str = ""  # the device that was asked for first and cannot be used
    models: str = "embedded"  # or a folder with PaddleOCR's own models, or paddleocr:medium (downloads)
    # Where it is read changes nothing in what is read, so that this is no part of comparing settings.
    server: ServerSettings | None = field(default=None, compare=False)
    line_height: int = 48  # pixels; what the recognizer was trained on
    widths: tuple[int, ...] = (48, 96, 160, 240, 320, 480, 640, 960, 1280, 1920, 2560, 3200)  # pixels
    batch_width: int = 3_072  # pixels of line in a batch: 64 lone digits, 9 labels, 2 lines of prose
    least_probability: float = 1e-3  # a class less likely than this at a step is not carried along
    finder_side: int = 1_280  # pixels of the longer side in which lines of prose are looked for
    # Ink.
    quiet: float = 2.2  # grey levels of noise that need no smoothing
    noise_tile: float = 16.0  # points; paper is what most of a square of this side is
    smoothing: float = 0.29  # points; blur that takes noise and leaves strokes
    dash_length: float = 2.4  # points; the shortest dash that noise must not hide
    least_contrast: float = 28.0  # grey levels by which the faintest print is darker than paper
    noise_contrast: float = 3.2  # of the noise: a pixel in a thousand is darker by chance, and small
    peak_contrast: float = 1.6  # of that contrast: every sign has a pixel as dark, chance has none
    rule_margin: float = 0.35  # points beyond a rule's own edge that its soft border takes
    rule_stretch: float = 48.0  # points of a rule that count as straight; in fewer, print may be as dense
    rule_stray: float = 1.0  # points by which a stretch of it may lie off
    rule_gain: float = 12.0  # grey levels by which what is left of it is darker than paper
    rule_border: float = 0.15  # of its contrast: what is paler is no part of it
    remnant_depth: float = (
        1.2  # points; a piece of ink this flat along a cell's edge is what is left of a rule
    )
    margin_share: float = 0.5  # of the bounds of the dark beside a sheet that is dark; print is less dense
    remnant_share: float = 0.5  # of a cell's side: a piece this long along it may lean
    remnant_lean: float = 3.5  # points across such a piece
    remnant_edge: float = 0.35  # of a cell's height above or below print, where one may lie apart from a side
    # Lines in a cell; `em` is the usual height of a line of text there.
    usual_text: float = 9.0  # points, where no text tells
    smallest_text: float = 3.5  # points
    largest_text: float = 30.0  # points
    speck: float = 0.07  # em; smaller than the decimal point of any typeface
    tall_stroke: float = 1.5  # of the height of the text beside it: a thin stroke that is taller is no sign
    thin_stroke: float = 4.0  # its height over its width, at least
    like_height: float = 0.15  # share by which the heights of digits beside one another differ
    sign: float = 0.28  # em; smaller pieces do not stand alone, but for a hyphen
    lone_speck: float = 0.4  # em; smaller pieces make no line of their own below or above another
    edge_bar: float = 0.3  # em from the top or foot of a cell: the middle of a sign is farther from it
    edge_post: float = 0.25  # em from its sides: what stands there, far from any other sign, is no sign
    lone_post: float = 0.6  # em between such a stroke and any sign
    hyphen_centred: float = 0.25  # em from the middle of a cell at which a piece hardly flat is a hyphen
    hyphen_spread: float = 0.1  # em by which hyphens of a table differ in width or height
    hyphens_alike: int = 5  # as many cells with one piece of ink in their middle are no dirt
    hyphens_few: int = 3  # dashes in a table; where it has fewer, one as small as a speck may be one
    hyphens_likelier: float = 3.0  # times as many faint ones in the middle as noise would put there
    faintest_hyphen: float = 0.12  # em; what of one is left where only its table tells it from noise
    hyphen: float = 0.16  # em; its length in the narrowest typefaces
    flatness: float = 1.7  # width over height from which a piece is flat as a hyphen
    dirt_distance: float = 0.55  # em; a point or comma lies nearer than this to its digits
    part_of_line: float = 0.6  # em; a row of ink less tall may be a stroke of 二 or 三
    tallest_line: float = 1.25  # em
    too_tall: float = 1.7  # em; rows of ink taller than this are several lines that touch
    line_pitch: float = 1.2  # em from line to line where they touch
    least_line: float = 1.0  # em; crops are at least this tall, so that a dash stays a dash
    pad: float = 0.2  # em of white around a crop
    other_pads: tuple[float, ...] = (0.08, 0.4)  # em; other views of a doubtful crop
    softening: float = 0.03  # em; blur of another view
    # Lone strokes.
    dash_height: float = 0.3  # em; a lone flat piece thicker than this is no dash
    slash_thickness: float = 0.28  # scatter across over along: 0.26 in a fax; a 7 has 0.29 and more
    stout_slash: float = 0.42  # the same of one that a soft picture thickens; it must be even then
    slash_evenness: float = 1.3  # width of its widest third over that of its thinnest
    upright: float = 81.0  # degrees; the middle of a 1 stands steeper, but for slanted typefaces
    least_levels: int = 4  # rows of pixels in which a stroke's slant shows
    # Degrees from the line of text: slashes of some typefaces stand at 76, a 1 of any at 79 or more.
    slash_angles: tuple[float, float] = (30.0, 77.5)
    long_dash: float = 0.7  # em; longer than this is a dash, not a hyphen
    unseen_hyphen: float = 0.5  # that a small flat piece is one that the reader does not see
    stroke_confidence: float = 0.99  # that a lone stroke is what its slant says
    # Points and commas.
    comma_drop: float = 0.06  # em below the digits' foot: a comma hangs at least so low
    comma_reach: float = 0.2  # em below it: no comma reaches lower
    comma_slimness: float = 1.3  # height over width of a comma
    point_drop: float = 0.03  # em below it: a point reaches at most so low
    point_height: float = 0.2  # em
    # Of the digits' height from their top: where a minus stands.
    minus_place: tuple[float, float] = (0.3, 0.8)
    minus_lower: float = 0.5  # of the height of the digits, that a minus is lower than
    minus_least: float = 0.25  # of their height; what is shorter where a line begins is a digit's own stroke
    minus_flat: float = 1.5  # width over height of a minus before what is no figure with it
    digit_height: float = 0.6  # of the tallest digit's height that every digit has, however worn
    wrapped_misread: float = 0.25  # of the digits of a number on several lines: as many letters are misread
    marked_confidence: float = 0.5  # of a number with marks beside it that are none of it, or wrapped
    corrected_confidence: float = 0.93  # of a figure where the picture's geometry overrules its reader
    faint_reach: float = 0.8  # em beside the signs of a line: a faint stroke so near may be one of them
    off_line: float = 0.2  # em by which the head or foot of a digit is off those of the others, at most
    # Where figures stand in their cells.
    placed_figures: int = 8  # numbers surely read that show where those of a table stand
    place_share: float = 0.8  # of them that stand there
    place_spread: float = 0.25  # em from there, at most
    place_tie: float = 0.05  # em by which two ways to set figures are told apart
    place_margin: float = 0.07  # em around a figure's place, twice as much above and below
    place_off: float = 0.5  # em from its place at which a figure is not all, or not all of it is a figure
    place_own: float = 0.5  # of a piece of ink that lies there, if it is the figure's
    digit_white: float = 0.15  # of a digit's advance: the white beside it, where no number tells
    widest_advance: float = 1.6  # of a digit's height; that of a full-width one is 1.4 or so
    placed_digits: int = 6  # of the longest number looked for
    placed_least: float = 0.75  # confidence below which nothing was read there
    placed_confidence: float = 0.5  # that what is there is all of the figure, at most
    widest_digit: float = 1.25  # width over height of one thickened digit
    digits_sure: float = 0.9  # of each of its digits, below which the reader of digits is not heard
    more_least: float = 0.3  # confidence of a reading of a whole cell below which it tells of no more digits
    digits_beyond: float = 0.5  # probability of one more beside a covered number, above which it is not all
    # Likeness to other signs of the table, as the mean cosine between slopes of their outlines.
    alike_few: int = 3  # signs of a kind that show what it looks like, and where it stands
    alike_most: int = 16  # more of them show no more
    alike_least: float = 0.6  # below which it is not that sign
    alike_seldom: float = 0.75  # the same of one rarely seen, one of several, one in place of a number
    alike_lead: float = 0.08  # by which it must be liker to one sign than to any other
    alike_beside: float = 0.55  # from which one more digit may stand beside
    alike_hidden: float = 0.45  # mean darkness of a place in which whatever stands there is hidden
    alike_slack: float = 0.12  # em by which a sign is off its place
    alike_nothing: float = 0.4  # likeness to every sign below which there is none
    alike_blanks: int = 5  # blank cells of a table in which one more may be blank
    alike_own: float = 0.85  # likeness to what was surely read, from which it is that
    alike_ahead: float = 0.1  # by which another sign must be liker to speak against it
    alike_sure: float = 0.9  # from which such a sign stands in its place
    # Decoding.
    figure_share: float = 0.3  # probability that figures of any kind must have together
    longest_figure: float = 14.0  # em; wider lines are text
    sure: float = 0.9  # confidence below which a short line is looked at again
    always_twice: int = 3  # characters; figures so long are few and weigh most: always looked at again
    low_box: float = 1.3  # em; a box no higher is that of a word, no cell between rules
    roomy: float = 1.8  # em; in a cell as high as this no print reaches the rule above or below
    figure_gap: float = 1.5  # em of white between two signs of one figure, at most
    wrapped: float = 2.0  # em less than the width of its cell: a line as long is wrapped
    figure_line: float = 1.5  # of the height of digits: a line of print is no higher
    longest_doubt: int = 12  # characters; longer texts are labels, where one character decides nothing
    speck_doubt: float = 0.3  # taken from a blank's confidence where a speck is nearly a sign's size
    layer_confidence: float = 0.8  # of a scan's own text layer: OCR programs of its age get this much right
    # Prose.
    inside_share: float = 0.5  # of a line's area in a table: the line belongs to it
    fragment_gap: float = 1.2  # line heights; pieces nearer than this are one line
    row_share: float = 0.5  # of the taller piece's height that both must share to be on one line
    pale_share: float = 0.4  # of the contrast of a page's darkest print: what has less may shine through
    legible: float = 0.85  # mean probability of the characters of a line that is none the less print
    row_window: float = 20.0  # points around a pixel whose mean it is darker than, if it is ink
    row_ink: float = 1.2  # points of ink in a row of pixels that is not white
    row_lines: int = 4  # lines of print that show a page's usual height
    row_usual: float = 0.35  # share of a page's lines that are lower than usual, of those seen apart
    row_waist: float = 0.4  # of the usual ink in a row of pixels: between two lines that touch there is less
    row_large: float = 1.3  # times the usual height: characters as high are a title's
    row_titles: float = 0.25  # of the print in some rows that is as large, if these are a title
    row_spread: float = 0.35  # of that by which a line may be higher or lower
    row_missed: float = 0.15  # of a line's print that found boxes may leave out
    row_length: float = 3.0  # line heights; what no finder saw is a line if it is as long
    row_dense: float = 0.5  # of its columns that have ink then at least
    prose_margin: float = 0.12  # of the line's height, around one that the white between lines shows
    prose_pad: float = 0.08  # of the line's height, around it


@dataclass(frozen=True, slots=True)
class FormSettings:
    """How a table is matched to the statutory form; likenesses of labels are shares (0..1)."""

    telling_columns: int = 10  # a form table of so many columns is known by its cells alone
    accepted_label: float = 0.6  # below it two rows of the form (行政许可, 行政处罚: 0.5) could be mixed up
    sure_label: float = 0.75  # one wrong character in four; less is placed, and flagged
    header_label: float = 0.5  # the same of the one name on a level of a header whose other levels are read
    # Labels looked for among the words of a page; `em` is the height of a line there.
    most_words: int = 1_000  # of a page outside its ruled tables; one with more is no report's
    told_rows: float = 0.7  # share of a table's rows, from the first found to the last, with known labels
    telling_label: int = 4  # characters; shorter labels may be a column's as well as a row's
    label_line: float = 0.9  # em of white between two lines of one label, at most
    label_lines: int = 6  # the most lines of a label
    label_gap: float = 1.3  # em of white between words of one line of a label, at most
    label_words: int = 3  # gaps that wide in a line, at most
    longer_label: float = 1.2  # of the longest label: no stack with more characters is one
    cut_label: float = 0.75  # what the beginning of a label counts: the end may be on the next page
    rival_margin: float = 0.08  # a second claimant this near leaves doubt
    leaf_weight: float = 0.75  # of the last label of a path; the rest goes to the path as a whole
    max_wrapped_rows: int = 3  # table rows that one label may be wrapped over
    wrapped_row_cost: float = 0.05  # so that one row goes before two of equal likeness
    known_columns: float = 0.6  # share of a block's columns by which its header is known
    header_columns: int = 4  # known columns by which a header without rows is known
    group_discount: float = 0.85  # for a label with more words behind it: it may be a whole group's
    surely_read: float = 0.9  # confidence of a label from which it says what it does, like the form's or not
    known_rows: int = 3  # sure rows by which a table without a header is known
    explained_rows: float = 0.6  # share of a headerless table's rows that must be of the form
    longest_table: int = 300  # rows; the form's tables as one have 50, longer tables are something else
    widest_table: int = 100  # columns; the form has 15, its own rules and wrecked rows twice as many
    unmatched_cost: float = 0.5  # for a line of the form or of the table that finds no partner
    edition_margin: float = 0.4  # editions nearer than this fit a table alike
    duplicate_margin: float = 0.05  # two tables nearer than this (relative) both claim to be the one
    decent_confidence: float = 0.5  # a constrained reading below it does not overrule the free one
    second_confidence: float = 0.3  # of another view's number, to go before a text that is no figure
    short_text: int = 2  # characters of such a text; a longer one is words
    # Tables of plain text, by how their cells are listed: probability that a figure is in its place.
    listed_confidence: float = 0.99  # every cell in order, as many as the form has
    wreck_confidence: float = 0.96  # as many as the form has, each in a cell of its own, among wrecked ones
    split_confidence: float = 0.9  # as many as the form has, once cells were parted at their spaces
    unplaced_confidence: float = 0.3  # more or fewer than the form has
    told_worth: float = 1.0  # figures that words place more of than rules that tell as many rows
    known_header: float = 0.5  # share of a table's header cells by which one without labels is known


@dataclass(frozen=True, slots=True)
class NarrativeSettings:
    """How prose is put together; `em` is the width of one full-width character of the body text."""

    margin_zone: float = 0.12  # share of the page's height, top and bottom, where running heads stand
    head_similarity: float = 0.8  # share of equal characters, so that a misread head is still the same
    head_drift: float = 0.015  # share of the page's height (twice that of its width); scans shift pages
    short_end: float = 2.0  # em; punctuation rules leave up to two unfilled, more ends a paragraph
    first_indent: float = 1.2  # em; offices indent by two, a scan wavers by half of one
    wide_gap: float = 1.7  # line pitches between two lines that belong to two paragraphs
    title_scale: float = 1.15  # body em; a title is set at least two sizes larger
    centred: float = 2.0  # em by which the middle of a centred line may be off
    label_gap: float = 1.6  # em between a table and a caption without one, which must stand closer


@dataclass(frozen=True, slots=True)
class DivideSettings:
    """What makes several reports of one document."""

    sentence: int = 20  # characters; a shorter line is a heading or an entry in a table of contents
    told: int = 2  # sections with a sentence that make a report; text behind a list of contents is in one
    figures: int = 8  # of the form that make a report; its smallest table has ten
    restarted: int = 2  # sections and tables that must come again: one alone may be a misread line
    copied: float = 0.9  # share of its sentences that a second copy of a report has in common with it
    cover_lines: int = 12  # lines on a cover
    covers: int = 20  # titles at most before a report's first section: covers, tables of contents
    same_issuer: float = 90.0  # likeness (0..100) of two names of one issuer, a character misread


@dataclass(frozen=True, slots=True)
class EmitSettings:
    """How results are drawn."""

    picture_dpi: float = 120.0  # enough to read 9-point Chinese on a screen
    jpeg_quality: int = 60  # grey text on paper; below 50 strokes begin to ring
    picture_bytes: int = 24 * 1024**2  # pictures of one HTML page together; more and browsers stall


@dataclass(frozen=True, slots=True)
class ReviewSettings:
    """When a person should look."""

    low_confidence: float = 0.95  # a figure read with less is flagged
    calibrated: bool = True  # confidences of pictures' figures are put right; else the reader's own


@dataclass(frozen=True, slots=True)
class ProcessSettings:
    """How the process that reads a document is held in check."""

    timeout: float = 600.0  # seconds a document; the slowest honest ones, of 100 pages, take a third
    memory_limit: int = 8 * 1024**3  # bytes of private memory, 0 for none; a page needs under a fifth


@dataclass(frozen=True, slots=True)
class BatchSettings:
    """How a bulk run is kept going."""

    renew_pages: int = 500  # pages a worker reads before it is replaced; a new one costs about one document
    renew_memory: int = 3 * 1024**3  # bytes a worker may keep between documents; loaded models take a fifth
    memory_share: float = 0.8  # of the machine's memory that all workers together may take
    worker_memory: int = 3 * 1024**3  # bytes; no more workers are started than have this much each
    ahead: int = 8  # files fetched and hashed before a worker asks for them
    kills_alone: int = 2  # by a signal of another's, alone, until the document is to blame
    deaths_of_runs_alone: int = 5  # whole runs that died while it was read alone, until it is to blame
    doubt_installation: int = 10  # workers that die in a row before the installation is tried without one
    zip_ratio: int = 200  # times its packed size that a file may unpack to; scans do not pack at all
    zip_least: int = 64 * 1024**2  # bytes a file may unpack to whatever its ratio


@dataclass(frozen=True, slots=True)
class DeviceSettings:
    """How one process reads on a device for all workers of a bulk run."""

    linger: float = 0.004  # seconds that a line waits for others of its width: as long as a batch takes
    lanes: int = 2  # threads: while one batch is on the device, another is prepared or taken apart
    gpu_batch_width: int = 12_288  # pixels of line in a batch on a card; four times what suits a processor
    pages: int = 4  # pictures of one size in a batch of the line finder
    loading: float = 300.0  # seconds until the models must be loaded, a card's libraries with them
    stall: float = 60.0  # seconds that one batch may take before its process is replaced
    starts: int = 3  # times in a row that the process may end before its models are loaded


@dataclass(frozen=True, slots=True)
class Settings:
    """All of them together, one field a stage."""

    source: SourceSettings = field(default_factory=SourceSettings)
    clean: CleanSettings = field(default_factory=CleanSettings)
    detect: DetectSettings = field(default_factory=DetectSettings)
    grid: GridSettings = field(default_factory=GridSettings)
    read: ReadSettings = field(default_factory=ReadSettings)
    form: FormSettings = field(default_factory=FormSettings)
    narrative: NarrativeSettings = field(default_factory=NarrativeSettings)
    divide: DivideSettings = field(default_factory=DivideSettings)
    emit: EmitSettings = field(default_factory=EmitSettings)
    review: ReviewSettings = field(default_factory=ReviewSettings)
    process: ProcessSettings = field(default_factory=ProcessSettings)
    batch: BatchSettings = field(default_factory=BatchSettings)
    device: DeviceSettings = field(default_factory=DeviceSettings)
