import { FAULT_RULES } from '../verdict/fault-rules.js';
import { type Fault, type Rehearsal } from '../verdict/verdict.js';
import { headline } from './headline.js';

/**
 * JUnit XML: one test case for the requests, one for the update, and one for every fault that a rehearsal can find, so that a CI
 * server shows over time which ones came and went. Warnings pass, and say what they saw on `system-out`.
 */
export function junitReport(
  { verdict }: Rehearsal,
  { name = 'rolling update' }: { readonly name?: string } = {},
): string {
  const { requests, update, durationMs, faults, notes } = verdict;
  const took = (durationMs / 1000).toFixed(3);
  const lost = requests.lost === 0 ? undefined : { type: 'lost', message: headline(verdict), text: '' };
  const stuck = update === 'complete' ? undefined : { type: update, message: `the update ended: ${update}`, text: '' };
  const cases = [
    testCase('no request is lost', took, lost),
    testCase('the update goes through', '0', stuck),
    ...FAULT_RULES.map(({ code }) =>
      faultCase(
        code,
        faults.find((fault) => fault.code === code),
      ),
    ),
  ];
  const failures = cases.filter((text) => text.includes('<failure')).length;
  const counts = `tests="${cases.length}" failures="${failures}" errors="0" skipped="0" time="${took}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="nestjs-lifecycle rehearse" ${counts}>`,
    `  <testsuite name="${escape(name)}" ${counts}>`,
    `    <properties>\n      <property name="seed" value="${verdict.seed}"/>\n    </properties>`,
    ...cases,
    ...(notes.length === 0 ? [] : [`    <system-out>${escape(notes.join('\n'))}</system-out>`]),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function faultCase(code: string, fault: Fault | undefined): string {
  if (fault === undefined) return testCase(code, '0', undefined);
  const { severity, title, evidence, remedy } = fault;
  const text = `${evidence}\n\n${remedy}`;
  if (severity === 'error') return testCase(code, '0', { type: code, message: title, text });
  return open(code, '0', `\n      <system-out>${escape(`${title}\n${text}`)}</system-out>\n    `);
}

function testCase(
  name: string,
  took: string,
  failure: { readonly type: string; readonly message: string; readonly text: string } | undefined,
): string {
  if (failure === undefined) return open(name, took, '');
  const { type, message, text } = failure;
  return open(
    name,
    took,
    `\n      <failure type="${escape(type)}" message="${escape(message)}">${escape(text)}</failure>\n    `,
  );
}

function open(name: string, took: string, content: string): string {
  const start = `    <testcase classname="rehearsal" name="${escape(name)}" time="${took}"`;
  return content === '' ? `${start}/>` : `${start}>${content}</testcase>`;
}

/** XML 1.0 §2.2: these may not stand in a document, not even escaped. */
// eslint-disable-next-line no-control-regex -- they are what it is about
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

/** Safe in text and in attributes; what may not stand there becomes visible. */
function escape(text: string): string {
  return text
    .replaceAll(FORBIDDEN, '\u{fffd}')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#13;');
}
