import { type Content, element, type Markup } from './element.js';

/** A part of the page with its heading. */
export function section(title: string, ...content: readonly Content[]): Markup {
  return element('section', { class: 'card', 'aria-label': title }, element('h2', {}, title), content);
}

/** A table that scrolls sideways where the screen is too narrow. */
export function table(label: string, head: readonly string[], rows: readonly (readonly Content[])[]): Markup {
  return element(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': label },
    element(
      'table',
      {},
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          head.map((name) => element('th', { scope: 'col' }, name)),
        ),
      ),
      element(
        'tbody',
        {},
        rows.map((row) =>
          element(
            'tr',
            {},
            row.map((cell) => element('td', {}, cell)),
          ),
        ),
      ),
    ),
  );
}
