# Run as root: sh {{ folder }}/server/install.sh
set -e
{%- if other_user %}
id -u {{ user }} >/dev/null 2>&1 || useradd --system --user-group --home-dir {{ folder }} {{ user }}
chown -R {{ user }}: {{ owned | join(" ") }}
{%- endif %}
{%- if backup_apart %}
[ -d {{ backup }} ] || install -d -o {{ user }} -m 700 {{ backup }}
{%- endif %}
cp {{ folder }}/server/diary*.service {{ folder }}/server/diary*.timer /etc/systemd/system/
systemctl daemon-reload
systemctl enable diary.service diary-backup.timer
systemctl restart diary.service diary-backup.timer
{%- if proxy == "nginx" %}
[ -e /etc/letsencrypt/live/{{ host }} ] || certbot certonly --nginx -d {{ host }} --deploy-hook "systemctl reload nginx"
cp {{ folder }}/server/nginx.conf /etc/nginx/conf.d/diary.conf
nginx -t
systemctl reload nginx
{%- elif proxy == "caddy" %}
grep -q "as /etc/caddy/Caddyfile" /etc/caddy/Caddyfile || ! dpkg --verify caddy | grep -q Caddyfile || {
  echo "Somebody has changed /etc/caddy/Caddyfile: bring {{ folder }}/server/Caddyfile into it by hand."
  exit 1
}
cp {{ folder }}/server/Caddyfile /etc/caddy/Caddyfile
caddy validate --config /etc/caddy/Caddyfile
systemctl reload caddy
{%- endif %}
