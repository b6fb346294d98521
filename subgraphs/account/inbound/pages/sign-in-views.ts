import { nationalNumber } from '../../application/phone.ts'
import { demoUsers } from '../../demo-users.ts'
import { html, type Part } from './html.ts'
import type { Page } from './layout.ts'
import type { Visit } from './visit.ts'

type Shown = { error?: string | undefined }

const describedBy = (...ids: (string | false)[]) => ids.filter(Boolean).join(' ')

/** A form of ours with one button. */
export const form = (visit: Visit, action: string, content: Part) => html`
<form class="stack" method="post" action="${action}" novalidate>${visit.formField()}${content}</form>`

const button = (text: string, quiet = false) =>
  html`<button class="button${quiet && ' quiet'}" type="submit">${text}</button>`

/** The page that asks for the number; with a button for each demo user in development. */
export function phonePage(
  visit: Visit,
  base: string,
  options: Shown & { typed?: string; hasDemo: boolean; hasMessages: boolean },
): Page {
  const { texts } = visit
  const { error, typed = '', hasDemo, hasMessages } = options
  return {
    title: texts.signIn,
    error,
    self: base,
    body: html`
<h1>${texts.signIn}</h1>
<p class="lead">${texts.signInLead}</p>
${form(
  visit,
  base,
  html`<div class="field">
<label for="phone">${texts.phone}</label>
<p class="hint" id="phone-hint">${texts.phoneHint}</p>
<input id="phone" name="phone" type="tel" inputmode="tel" autocomplete="tel" maxlength="40" required autofocus value="${typed}" aria-describedby="${describedBy('phone-hint', !!error && 'error')}" ${error && html`aria-invalid="true"`}>
</div>${button(texts.sendCode)}`,
)}
${hasDemo && demoButtons(visit, base)}
${hasMessages && html`<p><a class="plain" href="/messages">${texts.demoMessages}</a></p>`}`,
  }
}

function demoButtons(visit: Visit, base: string): Part {
  const { texts } = visit
  return html`<section class="card" aria-labelledby="demo">
<h2 id="demo">${texts.demo}</h2>
<p class="lead">${texts.demoLead}</p>
<form class="people" method="post" action="${base}/demo">${visit.formField()}${demoUsers.map(
    ({ login, name, roles }) => html`
<button class="button quiet" type="submit" name="user" value="${login}">${name} <small>${login} · ${roles.map((role) => texts.role[role]).join(', ')}</small></button>`,
  )}
</form>
</section>`
}

/** The page that asks for the code. */
export function codePage(
  visit: Visit,
  base: string,
  options: Shown & { phone: string; isUnsure?: boolean; hasMessages: boolean },
): Page {
  const { texts } = visit
  const { error, phone, isUnsure, hasMessages } = options
  return {
    title: texts.codeTitle,
    error,
    self: `${base}/code`,
    body: html`
<h1>${texts.codeTitle}</h1>
<p class="lead" id="code-hint">${isUnsure ? texts.codeLeadUnsure(phone) : texts.codeLead(phone)}</p>
${form(
  visit,
  `${base}/code`,
  html`<div class="field">
<label for="code">${texts.code}</label>
<input class="code" id="code" name="code" type="text" inputmode="numeric" autocomplete="one-time-code" maxlength="20" required autofocus aria-describedby="${describedBy('code-hint', !!error && 'error')}" ${error && html`aria-invalid="true"`}>
</div>${button(texts.next)}`,
)}
${form(visit, `${base}/again`, button(texts.anotherCode, true))}
<p class="links"><a class="plain" href="${base}">${texts.anotherNumber}</a>
${hasMessages && html`<a class="plain" href="/messages" target="_blank" rel="noopener">${texts.demoMessages}</a>`}</p>`,
  }
}

/** The page that asks a person who is new for a name. */
export function namePage(visit: Visit, base: string, { error }: Shown): Page {
  const { texts } = visit
  return {
    title: texts.nameTitle,
    error,
    self: `${base}/name`,
    body: html`
<h1>${texts.nameTitle}</h1>
<p class="lead" id="name-hint">${texts.nameLead}</p>
${form(
  visit,
  `${base}/name`,
  html`<div class="field">
<label for="name">${texts.name}</label>
<input id="name" name="name" type="text" autocomplete="name" maxlength="100" required autofocus aria-describedby="${describedBy('name-hint', !!error && 'error')}" ${error && html`aria-invalid="true"`}>
</div>${button(texts.signUp)}`,
)}`,
  }
}

/** A page that says one thing. */
export const notePage = (title: string, lead?: string): Page => ({
  title,
  body: html`<h1>${title}</h1>${lead && html`<p class="lead">${lead}</p>`}`,
})

/** The sandbox's messages; development only. */
export const messagesPage = (
  { texts, language }: Visit,
  messages: { to: string; text: string; at: number }[],
): Page => ({
  title: texts.messages,
  self: '/messages',
  body: html`
<h1>${texts.messages}</h1>
<p class="lead">${texts.messagesLead}</p>
<p><a class="button quiet" href="/messages">${texts.reload}</a></p>
${
  messages.length === 0
    ? html`<p>${texts.noMessages}</p>`
    : html`<ol class="rows">${messages.map(
        ({ to, text, at }) => html`
<li><span>${nationalNumber(to)}</span> <time class="hint" datetime="${new Date(at).toISOString()}">${new Date(at).toLocaleTimeString(language)}</time>
<p class="message">${text}</p></li>`,
      )}</ol>`
}`,
})
