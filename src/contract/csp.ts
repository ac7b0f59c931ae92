/**
 * The Content-Security-Policy of every document of the window, the same in each host. `connect` is a source list for
 * fetch: `'none'` where the bridge is IPC, `'self'` where it is HTTP.
 */
export function contentSecurityPolicy({ connect }: { connect: string }): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob: data:",
    "font-src 'self'",
    `connect-src ${connect}`,
    "form-action 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "object-src 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')
}
