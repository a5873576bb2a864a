import { createHash } from 'node:crypto';
import { endedReport } from '../../../../../test/support/ended-report.js';
import { TROUBLED } from '../../../../../test/support/told-shutdown.js';
import { readReport } from '../reading/read-report.js';
import { htmlPicture } from './html-picture.js';
import { pictureOf } from './picture.js';
import { unclosed } from '../../../../../test/support/unclosed.js';

const pageOf = (report: object): string => htmlPicture(pictureOf(readReport({ ...report }, { from: 'report' })));
const page = pageOf(TROUBLED);

describe('the page of a shutdown', () => {
  it('asks for nothing and runs nothing, and forbids both', () => {
    expect(page).not.toMatch(/<(link|script|iframe|object|base|form)\b|\s(src|href|style|on\w+)="|@import|url\(/i);
    const style = /<style>([\s\S]*)<\/style>/.exec(page)?.[1] ?? '';
    expect(page).toContain(`style-src &#39;sha256-${createHash('sha256').update(style).digest('base64')}&#39;`);
    expect(page).toContain('default-src &#39;none&#39;');
  });

  it('says how it ended in its title and its heading', () => {
    expect(page).toContain('<title>Failed: Outbox.flush timed out – shutdown</title>');
    expect(page).toContain('<h1>Failed: Outbox.flush timed out</h1>');
  });

  it('has each bar in words too', () => {
    expect(page).toContain('role="img" aria-label="5 s to 23 s"');
    expect(page).toContain('<span class="words bad">2.9 s, timed out</span>');
    expect(page).toContain('<span class="error">it took longer than 2.88s</span>');
    expect(page).toContain('<li>GET /report after 21.3 s (response, r-7)</li>');
  });

  it('places bars by their share of the time', () => {
    // 5 s to 23 s of 28 s.
    expect(page).toContain('<rect class="bar-draining" x="17.86%" width="64.29%"');
    expect(page).toContain('<line class="deadline" x1="100%" x2="100%"');
    const late = pageOf({ ...TROUBLED, budgetMs: 13_000 });
    expect(late).toContain('<line class="deadline" x1="50%" x2="50%"');
  });

  it('keeps foreign text text, and in sight', () => {
    const name = `</script><img src=x onerror=alert(1)>"'\u202E\u0000\u001B[31m`;
    const hooks = [{ name, phase: 'closing', priority: 1, result: 'failed', durationMs: 1, error: name }];
    const text = pageOf({
      ...TROUBLED,
      hooks,
      reason: name,
      errors: [{ origin: name, message: name }],
      unseen: [name],
    });
    for (const bad of ['<img', '<script', '\u0000', '\u001B', '\u202E']) expect(text).not.toContain(bad);
    expect(text).toContain(
      String.raw`&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;&quot;&#39;\u202e\u0000\u001b[31m`,
    );
    expect(unclosed(text)).toEqual([]);
  });

  it('folds away what is very much', () => {
    const hooks = Array.from({ length: 200 }, (_, index) => ({
      name: `Hooks.stop${index}`,
      phase: 'closing' as const,
      priority: 50,
      result: index === 199 ? ('failed' as const) : ('done' as const),
      startedMs: 6200,
      durationMs: 1,
    }));
    const text = pageOf(endedReport({ hooks }));
    const [open = ''] = text.split('<details>');
    expect(open).toContain('Hooks.stop199');
    expect(text).toContain('<summary>140 more</summary><ol aria-label="Hooks, the others">');
    expect(text.match(/Hooks\.stop/g)).toHaveLength(200);
  });

  it('has no number that is none where nothing has happened', () => {
    const empty = pageOf(endedReport({ phases: [], hooks: [], durationMs: 0, budgetMs: 0 }));
    expect(unclosed(empty)).toEqual([]);
    expect(empty).not.toContain('Timeline');
    expect(empty + page).not.toMatch(/NaN|Infinity|undefined/);
  });
});
