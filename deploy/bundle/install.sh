#!/bin/sh
# 离线安装年报工具：./install.sh；程序放在哪里、数据放在哪里见 ./install.sh --help
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd) || exit 2
for python in ${PYTHON:+"$PYTHON"} python3.13 python3.14 python3.12 python3.11 python3; do
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        exec "$python" "$here/install.py" "$@"
    fi
done
found=$(python3 -c 'import sys; print("（本机的 python3 是 %d.%d）" % sys.version_info[:2])' 2>/dev/null)
echo "没有找到 Python 3.11 或更高的版本$found。请管理员从系统光盘、内网软件源安装 python3.11，再运行一次；装在别处的，这样写明：PYTHON=/opt/python3.11/bin/python3 ./install.sh" >&2
exit 2
