/** LibreChat bans addresses whose user agent its parser does not take for a browser: the Chrome token makes it pass. */
export const platformUserAgent =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HestamiPlatform/0.1.0 Chrome/144.0.0.0 Safari/537.36'
