/**
 * One user agent for every request. LibreChat bans clients whose user agent its parser does not take for a browser, at the
 * first request, user and address alike: the Chrome token is what makes it pass; the product token says who we are.
 */
export function userAgent(version: string): string {
  return `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HestamiChat/${version} Chrome/144.0.0.0 Safari/537.36`
}
