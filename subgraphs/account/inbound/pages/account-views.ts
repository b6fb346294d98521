import { nationalNumber, phoneIn } from '../../application/phone.ts'
import { ASKED_ROLES, type AskedRole, type User } from '../../domain/user.ts'
import { html } from './html.ts'
import type { Page } from './layout.ts'
import { form } from './sign-in-views.ts'
import type { Visit } from './visit.ts'

/** Where signing in for these pages, and signing out, begin. */
export const SIGN_IN = '/account/sign-in'
export const SIGN_OUT = '/account/sign-out'

/** What a person may see and do about themselves here. */
export function accountPage(
  visit: Visit,
  user: User,
  options: { signIns: string[]; asked: AskedRole[]; error?: string | undefined; news?: string | undefined },
): Page {
  const { texts } = visit
  const { signIns, asked, error, news } = options
  const phones = signIns.flatMap((signIn) => phoneIn(signIn) ?? [])
  const open = ASKED_ROLES.filter((role) => !user.roles.includes(role))
  return {
    title: texts.account,
    error,
    news,
    self: '/account',
    body: html`
<h1>${texts.account}</h1>
<p class="lead">${texts.accountLead}</p>
<section class="card">
${form(
  visit,
  '/account/name',
  html`<div class="field">
<label for="name">${texts.name}</label>
<input id="name" name="name" type="text" autocomplete="name" maxlength="100" required value="${user.name}" ${error && html`aria-invalid="true" aria-describedby="error"`}>
</div><button class="button quiet" type="submit">${texts.save}</button>`,
)}
${phones.length > 0 && html`<p class="hint">${texts.phone}: ${phones.map(nationalNumber).join(', ')}</p>`}
</section>
<section class="card" aria-labelledby="roles">
<h2 id="roles">${texts.roles}</h2>
<ul class="rows">${user.roles.map((role) => html`<li>${texts.role[role]}</li>`)}${open
      .filter((role) => asked.includes(role))
      .map((role) => html`<li>${texts.role[role]} <span class="hint">${texts.waiting}</span></li>`)}</ul>
${open.length > 0 && html`<p class="lead">${texts.rolesLead}</p>`}
${open
  .filter((role) => !asked.includes(role))
  .map((role) =>
    form(
      visit,
      '/account/roles',
      html`<button class="button quiet" type="submit" name="role" value="${role}">${texts.ask[role]}</button>`,
    ),
  )}
</section>
<section class="card" aria-labelledby="yours">
<h2 id="yours">${texts.yours}</h2>
<p><a class="button quiet" href="/account/export" download>${texts.download}</a></p>
<p><a class="plain" href="/account/erase">${texts.erase}</a></p>
</section>
<p><a class="button quiet" href="${SIGN_OUT}">${texts.signOut}</a></p>
${form(visit, '/account/sign-out-everywhere', html`<button class="button quiet" type="submit">${texts.signOutEverywhere}</button>`)}`,
  }
}

/** Asks whether to erase the account. */
export const erasePage = (visit: Visit): Page => {
  const { texts } = visit
  return {
    title: texts.eraseTitle,
    self: '/account/erase',
    body: html`
<h1>${texts.eraseTitle}</h1>
<p class="lead">${texts.eraseLead}</p>
${form(visit, '/account/erase', html`<button class="button" type="submit" name="confirmation" value="ERASE">${texts.eraseYes}</button>`)}
<p><a class="button quiet" href="/account">${texts.keep}</a></p>`,
  }
}

/** Before anybody is signed in. */
export const welcomePage = ({ texts }: Visit, hasMessages: boolean): Page => ({
  title: texts.account,
  self: '/account',
  body: html`
<h1>${texts.account}</h1>
<p class="lead">${texts.accountLead}</p>
<p><a class="button" href="${SIGN_IN}">${texts.signIn}</a></p>
${hasMessages && html`<p><a class="plain" href="/messages">${texts.demoMessages}</a></p>`}`,
})

/** Asks whether to sign out. `xsrf` is the provider's own, kept in the session. */
export const signOutPage = (visit: Visit, action: string, xsrf: string, isSignedIn: boolean): Page => {
  const { texts } = visit
  const title = isSignedIn ? texts.signOutTitle : texts.signedOutAlready
  return {
    title,
    body: html`
<h1>${title}</h1>
${isSignedIn && html`<p class="lead">${texts.signOutLead}</p>`}
<form class="stack" method="post" action="${action}">
<input type="hidden" name="xsrf" value="${xsrf}">
<button class="button" type="submit" name="logout" value="yes">${isSignedIn ? texts.signOut : texts.next}</button>
</form>
${
  isSignedIn &&
  html`<form class="stack" method="post" action="${action}"><input type="hidden" name="xsrf" value="${xsrf}">
<button class="button quiet" type="submit">${texts.stay}</button></form>`
}`,
  }
}
