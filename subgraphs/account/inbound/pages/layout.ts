import type { Language } from '../../application/sign-in.ts'
import { type Html, html, type Part } from './html.ts'
import { textsIn } from './texts.ts'

/** A page before it has its frame. */
export type Page = {
  title: string
  body: Part
  /** What went wrong with what was sent. It is read out at once, and stands first in the title. */
  error?: string | undefined
  /** What came of it, if it is good news. */
  news?: string | undefined
  /** Where the other language is: this page's path and query, without `lang`. Without it there is no link to it. */
  self?: string | undefined
}

/** A whole page. There is no script and no style in it, so that nothing put into it could ever run. */
export function framed({ title, body, error, news, self }: Page, language: Language): Html {
  const texts = textsIn(language)
  const other: Language = language === 'ko' ? 'en' : 'ko'
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${error ? `${texts.errorTitle}: ` : ''}${title} · ${texts.brand}</title>
<link rel="stylesheet" href="/pages.css">
</head>
<body>
<a class="skip" href="#main">${texts.skip}</a>
<header class="top">
<div class="top-line">
<span class="brand">${texts.brand}</span>
${self && html`<a class="language" lang="${other}" hreflang="${other}" href="${inLanguage(self, other)}">${texts.otherLanguage}</a>`}
</div>
${FLOWERS}
</header>
<main id="main" tabindex="-1">
${error && html`<p class="notice bad" role="alert" id="error">${error}</p>`}
${news && html`<p class="notice good" role="status">${news}</p>`}
${body}
</main>
</body>
</html>`
}

const inLanguage = (self: string, language: Language) => `${self}${self.includes('?') ? '&' : '?'}lang=${language}`

/** Five petals around a heart, drawn once. */
const flower = (x: number, y: number, size: number, kind: 'petal' | 'petal-soft') =>
  html`<use href="#flower" class="${kind}" transform="translate(${x} ${y}) scale(${size})"/>`

const FLOWERS = html`<svg class="flowers" viewBox="0 0 360 112" preserveAspectRatio="xMidYMax meet" aria-hidden="true" focusable="false">
<defs><g id="flower">${[0, 72, 144, 216, 288].map(
  (turn) => html`<ellipse cy="-9" rx="7" ry="10" transform="rotate(${turn})"/>`,
)}<circle class="heart" r="5"/></g></defs>
<path class="stem" d="M92 112c0-22-6-34-14-46M180 112c0-28 2-44 2-64M268 112c0-20 8-32 16-42M135 112c2-12 0-16-4-24M228 112c-2-14 2-22 6-28"/>
<path class="leaf" d="M92 100c-14 0-22-6-26-16 14 0 22 6 26 16zM181 92c14-2 20-8 22-20-14 2-20 8-22 20zM270 98c12 0 20-6 24-16-12 0-20 6-24 16z"/>
${flower(76, 58, 1.15, 'petal')}${flower(182, 40, 1.5, 'petal-soft')}${flower(286, 62, 1.15, 'petal')}
${flower(130, 80, 0.7, 'petal-soft')}${flower(235, 78, 0.75, 'petal')}
</svg>`
