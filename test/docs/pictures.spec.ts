import { pictureOf } from '../../apps/cli/src/report/drawing/picture.js';
import { textPicture } from '../../apps/cli/src/report/drawing/text-picture.js';
import { readReport } from '../../apps/cli/src/report/reading/read-report.js';
import { TROUBLED } from '../support/told-shutdown.js';
import { commandLineProblems } from './command-line.js';
import { onlyBlock } from './pages.js';

describe('the page of pictures', () => {
  it('shows what the command draws', () => {
    const shutdown = readReport({ ...TROUBLED }, { from: 'report' });
    const look = { columns: 100, colours: false, ascii: false, plain: false };
    expect(onlyBlock('text', 'pictures').text.trimEnd()).toBe(textPicture(pictureOf(shutdown), look).trimEnd());
  });

  it('has only commands and flags that there are', () => {
    const lines = onlyBlock('sh', 'pictures')
      .text.trim()
      .split('\n')
      .map((line) => line.replace(/^.*\| (?=npx )/, ''));
    expect(lines).toHaveLength(2);
    expect(lines.flatMap(commandLineProblems)).toEqual([]);
  });
});
