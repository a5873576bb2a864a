import { createHash } from 'node:crypto';
import { type Content, element, Markup, render } from './element.js';
import { PAGE_STYLE } from './page-style.js';

/** What a page is made of. */
export interface Page {
  readonly title: string;
  /** Its own look, behind that of every page. It is not escaped: it has to be a text of ours. */
  readonly style: string;
  readonly body: Content;
}

/** One page that needs nothing but itself: no script, no request, and a policy that allows neither. */
export function htmlPage({ title, style, body }: Page): string {
  const look = PAGE_STYLE + style;
  const hash = createHash('sha256').update(look).digest('base64');
  const page = element(
    'html',
    { lang: 'en' },
    element(
      'head',
      {},
      element('meta', { charset: 'utf-8' }),
      element('meta', {
        'http-equiv': 'Content-Security-Policy',
        content: `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
      }),
      element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
      element('meta', { name: 'color-scheme', content: 'light dark' }),
      element('title', {}, title),
      // The only text on the page that is not escaped; its hash is in the policy.
      element('style', {}, new Markup(look)),
    ),
    element('body', {}, element('main', {}, body)),
  );
  return `<!doctype html>\n${render(page)}\n`;
}
