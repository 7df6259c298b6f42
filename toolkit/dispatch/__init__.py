"""Send finished reports upward and take them in (报送、接收)."""
