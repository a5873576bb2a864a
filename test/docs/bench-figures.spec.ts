import { losses, otherLags } from '../../scripts/bench-losses.js';
import { benchSummary } from '../../scripts/bench-summary.js';
import { costTargets, exitTargets, pairedTargets, trackingTargets } from '../../scripts/bench-targets.js';
import { tableOf, tablesOf } from '../../scripts/markdown-tables.js';

const CAUSES = ['refused', 'reset on reuse', 'reset on fresh', 'cut in flight', '5xx', 'timeout'];

/** As `bench` writes it, for one Node: what ours and another one lost with a lag of 2 s. */
function losing(node: string, ours: string, warning = ''): string {
  const lost = tableOf(
    ['variant', 'lag 0 s', 'lag 2 s', 'exit after', 'exit'],
    [
      ['nestjs-lifecycle', '0 + 0', ours, '6 s', '0'],
      ['plain', '4 + 10', '91.5 (29–154) + 211', '0.02 s', 'SIGTERM'],
    ],
  );
  const causes = tableOf(
    ['variant', 'clients', 'asked', ...CAUSES],
    [
      ['nestjs-lifecycle', 'keep-alive', '1,098 (986–1,209)', '0', '0', '0', '0', '0', '0'],
      ['nestjs-lifecycle', 'fresh', '1,099', '0', '0', '0', '0', '0', '0'],
      ['plain', 'keep-alive', '1,078', '45.5', '2', '0', '44', '0', '0'],
      ['plain', 'fresh', '1,084', '163', '0', '0', '48.5', '0', '0'],
    ],
  );
  return `${warning}Requests lost in one restart on Node ${node}: some.\n\n${lost}\n\nBy cause:\n\n${causes}\n\n`;
}

const BUSY = 'The machine was too busy during 3 of 8 restarts.\n\n';

describe('what the pages say of losses', () => {
  it('is of the newest Node, of both kinds of clients, with what it warns of', () => {
    const text = losses(`${losing('20.1.0', '0 + 0')}${losing('24.2.0', '0 + 0', BUSY)}`);
    expect(text).toMatch(
      /^The machine was too busy during 3 of 8 restarts\.\n\nRequests lost in one restart on Node 24/,
    );
    expect(tablesOf(text)[0]?.rows).toEqual([
      ['nestjs-lifecycle', '1,098 + 1,099', '0 + 0', '0', '0', '0', '0', '0', '0', '6 s'],
      ['plain', '1,078 + 1,084', '91.5 (29–154) + 211', '45.5 + 163', '2 + 0', '0', '44 + 48.5', '0', '0', '0.02 s'],
    ]);
    expect(losses(`${losing('20.1.0', '0 + 0', BUSY)}${losing('24.2.0', '0 + 0')}`)).toMatch(/^Requests lost/);
  });

  it('names every setting in which this library loses something', () => {
    const [good, bad] = [losing('20.1.0', '0 + 0'), losing('24.2.0', '0.50 (0–1) + 0')];
    expect(otherLags(good)).toMatch(
      /^With every lag that was measured this library lost nothing \(.*Node 20\.1\.0\)\.$/,
    );
    expect(otherLags(good + bad)).toMatch(
      /lost requests in 1: 0\.50 \(0–1\) \+ 0 with nestjs-lifecycle, lag 2 s, Node 24/,
    );
  });

  it('is nothing where the results are not what they were', () => {
    expect(() => losses('# Losing')).toThrow('losing.md says of no Node what a restart loses');
    expect(() => losses(losing('24.2.0', '0 + 0').replaceAll('nestjs-lifecycle', 'ours'))).toThrow('has no row');
    expect(() => losses(losing('24.2.0', '0 + 0').replaceAll('timeout', 'late'))).toThrow('has no column "timeout"');
  });
});

describe('the two figures of the README', () => {
  it('cannot be made of results without a library that it names, or without its Node', () => {
    const lost = losing('24.2.0', '0 + 0');
    expect(() => benchSummary({ losing: lost, cost: '' })).toThrow('has no row "enableShutdownHooks"');
    expect(() => benchSummary({ losing: '# Losing', cost: '' })).toThrow('says of no Node what a restart loses');
  });
});

describe('what the page of measurements says of targets', () => {
  it('says which are not met', () => {
    const cost = tableOf(
      ['CPU of a request', 'plain, in µs', 'plain, again', 'module', 'module, health: true'],
      [
        ['express, Node 24.2.0', '41', '1.002 (0.997–1.007)', '1.011 (1.006–1.020)', '1.018 (1.010–1.021)'],
        ['express, Node 22.2.0', '41', '1.002 (0.997–1.007)', '1.011 (1.006–1.020)', '1.012 (1.010–1.020)'],
        ['fastify, Node 24.2.0', '11', '0.985 (0.980–0.990)', '1.001 (1.000–1.002)', '1.001 (1.000–1.002)'],
      ],
    );
    expect(costTargets(tablesOf(cost)).map(([what, measured, , , met]) => [what, measured, met])).toEqual([
      [
        'CPU of a request, plain Nest being 1, express, Node 24.2.0',
        '1.011 (1.006–1.020), with health 1.018 (1.010–1.021)',
        'no',
      ],
      ['CPU of a request, plain Nest being 1, express, Node 22.2.0', expect.stringContaining('1.020'), 'yes'],
      ['CPU of a request, plain Nest being 1, fastify, Node 24.2.0', expect.stringContaining('1.002'), 'not told'],
    ]);
    expect(trackingTargets(tablesOf(tracking('200', '99'))).map((row) => row.at(-1))).toEqual(['yes', 'no']);
    expect(trackingTargets(tablesOf(tracking('200', '100'))).map((row) => row.at(-1))).toEqual(['no', 'no']);
    const stopping = tableOf(
      ['20 in flight, Node 24.2.0', 'last answer to exit', 'more than the bare minimum'],
      [
        ['process.exit after app.close()', '13.8 ms', '–'],
        ['nestjs-lifecycle', '22.2 ms', '8.40 ms'],
        ['nestjs-lifecycle (Fastify)', '69.6 ms', '55.7 ms (over 15)'],
      ],
    );
    expect(exitTargets(tablesOf(stopping)).map((row) => row.at(-1))).toEqual(['yes', 'no']);
  });
});

function tracking(request: string, handler: string): string {
  return tableOf(
    ['on Node 24.2.0', 'in', 'added by tracking', 'null pair'],
    [
      ['CPU of a request: connection and response', 'ns', `${request} (1 to 2)`, '0 (0 to 0)'],
      ['CPU of a handler', 'ns', `${handler} (1 to 2)`, '0 (0 to 0)'],
      ['memory of a request: connection and response', 'bytes', '1,277 (1 to 2)', '0 (0 to 0)'],
      ['memory of a handler', 'bytes', '-587 (1 to 2)', '0 (0 to 0)'],
    ],
  );
}

describe('what the pages say of ends that are compared in pairs', () => {
  const stopping = (more: string): string =>
    tableOf(
      ['compared in pairs, Node 24.2.0', 'plain, in ms', 'plain, again', 'module'],
      [
        ['signal to exit, 1,000 idle', '27.0 (26.1–30.2)', '+0.20 (-1.10 to 1.30) ms', more],
        ['growth of that from 1,000 to 10,000', '180', '+1.00 (-5.00 to 5.00) ms', more],
      ],
    );
  const met = (text: string): (string | undefined)[] => pairedTargets(tablesOf(text)).map((row) => row.at(-1));

  it('allows the wait for requests on their way, and a moment, to idle connections alone', () => {
    expect(pairedTargets(tablesOf(stopping('+281 (278 to 290) ms')))[0]).toEqual([
      'signal to exit, 1,000 idle, more than plain Nest, Node 24.2.0',
      '+281 (278 to 290) ms',
      'plain Nest: 27.0 (26.1–30.2) ms; null pair: +0.20 (-1.10 to 1.30) ms',
      'interval to 300 ms',
      'yes',
    ]);
    expect(met(stopping('+281 (278 to 290) ms'))).toEqual(['yes', 'no']);
    expect(met(stopping('+12.0 (-3.00 to 1,020) ms'))).toEqual(['no', 'no']);
    expect(met(stopping('– (– to –) ms'))).toEqual(['no', 'no']);
  });

  it('says nothing where that was not measured', () => {
    expect(pairedTargets(tablesOf(tableOf(['Node 24.2.0', 'variant'], [['1', '2']])))).toEqual([]);
  });
});
