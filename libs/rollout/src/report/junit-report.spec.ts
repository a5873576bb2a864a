import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { lossyRollout, quietRollout } from '../../../../test/support/made-up-losses.js';
import { acceptKnown } from '../verdict/acceptance.js';
import { FAULT_RULES } from '../verdict/fault-rules.js';
import { junitReport } from './junit-report.js';

interface Suite {
  readonly tests: string;
  readonly failures: string;
  readonly skipped: string;
  readonly testcase: readonly {
    readonly name: string;
    readonly failure?: { readonly message: string };
    readonly skipped?: { readonly message: string };
  }[];
}

function suiteOf(xml: string): Suite {
  const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '' });
  return (parser.parse(xml) as { testsuites: { testsuite: Suite } }).testsuites.testsuite;
}

describe('junitReport', () => {
  const lossy = junitReport(lossyRollout().rehearsal());
  const quiet = junitReport(quietRollout().rehearsal());

  it('is well-formed XML, whatever the texts hold', () => {
    expect(XMLValidator.validate(lossy)).toBe(true);
    // eslint-disable-next-line no-control-regex -- XML allows none of them
    expect(lossy).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
    expect(lossy).not.toMatch(/\p{Surrogate}/u);
    expect(lossy).toContain('&lt;/script&gt;');
  });

  it('has a test case for every fault there is, and for what is lost', () => {
    const names = suiteOf(quiet).testcase.map(({ name }) => name);
    expect(names).toEqual(['no request is lost', 'the update goes through', ...FAULT_RULES.map(({ code }) => code)]);
  });

  it('fails where something was seen, and nowhere else', () => {
    const failed = (xml: string): string[] =>
      suiteOf(xml)
        .testcase.filter(({ failure }) => failure !== undefined)
        .map(({ name }) => name);
    expect(failed(quiet)).toEqual([]);
    expect(failed(lossy)).toEqual(['no request is lost', 'dependency-closed-first', 'listener-closed-early']);
    expect(suiteOf(lossy).failures).toBe('3');
    expect(Number(suiteOf(lossy).tests)).toBe(suiteOf(lossy).testcase.length);
  });

  it('skips what this run could not have shown, with the reason', () => {
    const skipped = suiteOf(quiet).testcase.filter((one) => one.skipped !== undefined);
    expect(skipped.find(({ name }) => name === 'pre-stop-failed')?.skipped?.message).toBe('there is no preStop hook');
    expect(Number(suiteOf(quiet).skipped)).toBe(skipped.length);
    const names = skipped.map(({ name }) => name);
    expect(names).not.toContain('listener-closed-early');
    expect(names).not.toContain('crashed');
  });

  it('lets what is accepted pass, and keeps what it says', () => {
    const run = lossyRollout().rehearsal();
    const accepted = junitReport({ ...run, verdict: acceptKnown(run.verdict, () => true) });
    expect(suiteOf(accepted).failures).toBe('0');
    expect(accepted).toContain('listener closes while requests are still routed to it, 3 lost, known');
  });

  it('lets warnings pass, and keeps what they say', () => {
    const warned = junitReport(quietRollout().probed(11_000, 'old', { probe: 'readiness' }).rehearsal());
    expect(suiteOf(warned).failures).toBe('0');
    expect(warned).toContain('Readiness still passes after SIGTERM');
  });
});
