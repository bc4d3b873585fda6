/** Addresses of what the page loads, as the webview must ask for them. */
export interface RoutingPageAssets {
  readonly script: string;
  readonly style: string;
  /** Source expression that stands for the extension's own resources. */
  readonly cspSource: string;
  /** Fresh per page; only the script that carries it runs, and what that imports. */
  readonly nonce: string;
  readonly title: string;
  readonly language: string;
}

/** The page around the bundle: nothing loads but our own script, style and font, nothing connects. */
export function routingHtml(assets: RoutingPageAssets): string {
  const { script, style, cspSource, nonce } = assets;
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource} 'nonce-${nonce}'`,
    `font-src ${cspSource}`,
    `img-src ${cspSource}`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${escapeAttribute(assets.language)}">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${escapeAttribute(policy)}" />
    <meta property="csp-nonce" content="${escapeAttribute(nonce)}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <link rel="stylesheet" href="${escapeAttribute(style)}" />
    <title>${escapeAttribute(assets.title)}</title>
  </head>
  <body>
    <div id="app"></div>
    <script type="module" nonce="${escapeAttribute(nonce)}" src="${escapeAttribute(script)}"></script>
  </body>
</html>
`;
}

function escapeAttribute(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
