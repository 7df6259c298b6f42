#!/bin/sh
# 建好共用服务器的用户组和文件夹；可以反复运行，已有的不动。用法：setup.sh [数据文件夹]，默认 /srv/nianbao
set -eu
data=${1:-/srv/nianbao}
officers=${NIANBAO_OFFICERS:-nianbao-county}
clerks=${NIANBAO_CLERKS:-nianbao-clerks}
owner=${NIANBAO_OWNER:-nianbao}
[ "$(id -u)" = 0 ] || { echo "请用 root 运行" >&2; exit 2; }
for group in "$officers" "$clerks"; do
    getent group "$group" > /dev/null || groupadd --system "$group"
done
# 县里的账号：收件箱和县里的数据归它，定时收件也用它
getent passwd "$owner" > /dev/null || useradd --system --gid "$officers" --home-dir "$data/county" --no-create-home --shell /usr/sbin/nologin "$owner"
install -d -m 755 "$data"
install -d -m 700 "$data/hub"
install -d -m 755 "$data/shared" "$data/shared/params"
install -d -m 2770 -o "$owner" -g "$officers" "$data/county" "$data/county/params"
# 收件箱：1733（谁都能放，谁也不能列出、读取、改动别人的），只有县里的组能看；2000 让放进来的文件归县里的组
install -d -m 3773 -o "$owner" -g "$officers" "$data/inbox"
chmod 3773 "$data/inbox"
echo "已建好 $data：shared（成员名单，都能读）、county（县里的数据）、inbox（收件箱）、hub（JupyterHub 自己的）"
