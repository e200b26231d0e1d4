"""The papers of a destruction file (hồ sơ hủy tài liệu): plain values in, PDF/A-2b out."""
