/** Escaped for XML, without what XML cannot hold. */
const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;')

/** A Windows toast whose click opens the link, whether or not the app still runs (toast schema: `activationType="protocol"`). */
export const toastXml = ({ title, body, link }: { title: string; body: string; link: string }): string =>
  `<toast activationType="protocol" launch="${escaped(link)}"><visual><binding template="ToastGeneric">` +
  `<text>${escaped(title)}</text><text>${escaped(body)}</text></binding></visual></toast>`
