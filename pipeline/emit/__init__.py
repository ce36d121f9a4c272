"""Report → bytes: JSON, CSV, Parquet, XLSX, HTML, Markdown; and the drawings of `biaoge inspect`."""
