/** What LibreChat serves for everything that is no route of its API: the page of its own client. */
export const webApp = `<!DOCTYPE html>
<html lang="en-US">
  <head><meta charset="utf-8" /><title>LibreChat</title></head>
  <body><div id="root"></div></body>
</html>
`

/** What something between client and server answers in its place. */
export const portalPage = `<!DOCTYPE html>
<html><head><title>Sign in to the network</title></head><body><h1>Please sign in to use this network</h1></body></html>
`
