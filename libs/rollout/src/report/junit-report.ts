import { isGrave } from '../verdict/acceptance.js';
import { CLUSTER_RULES } from '../real-cluster/judged/judge-cluster.js';
import { FAULT_RULES } from '../verdict/fault-rules.js';
import { type Fault, type Rehearsal, type Unexercised, type Verdict } from '../verdict/verdict.js';
import { costOf, headline } from './headline.js';
import { messageHeadline } from './message-rows.js';

/**
 * JUnit XML: one test case for the requests, one for the update, and one for every fault that a rehearsal can find, so that a CI
 * server shows over time which ones came and went. Warnings pass, and so does what is accepted; both say what they saw on `system-out`. A fault that
 * this run could not have shown is skipped, with the reason.
 */
export function junitReport(
  { verdict, scenario, workloads }: Rehearsal,
  { name = 'rolling update' }: { readonly name?: string } = {},
): string {
  const { requests, update, durationMs, notes, passes } = verdict;
  const took = (durationMs / 1000).toFixed(3);
  const lost = requests.lost === 0 || passes ? undefined : { type: 'lost', message: headline(verdict), text: '' };
  const stuck = update === 'complete' ? undefined : { type: update, message: `the update ended: ${update}`, text: '' };
  const cases = [
    testCase('no request is lost', took, lost),
    testCase('the update goes through', '0', stuck),
    ...messageCases(verdict),
    ...faultCases(verdict, workloads, scenario.cluster === undefined ? FAULT_RULES : CLUSTER_RULES),
  ];
  const failures = cases.filter((text) => text.includes('<failure')).length;
  const skipped = cases.filter((text) => text.includes('<skipped')).length;
  const counts = `tests="${cases.length}" failures="${failures}" errors="0" skipped="${skipped}" time="${took}"`;
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

/** One for messages, or jobs, where there were any. */
function messageCases({ messages, passes }: Verdict): string[] {
  if (messages === undefined) return [];
  const told = passes ? undefined : messageHeadline(messages);
  const failure = told === undefined ? undefined : { type: 'messages', message: told, text: '' };
  return [testCase(`every ${messages.noun} is handled once`, '0', failure)];
}

/** Every fault that can be found; of several workloads, for each of them. */
function faultCases(
  { faults, unexercised }: Verdict,
  workloads: Rehearsal['workloads'],
  rules: readonly { readonly code: string }[],
): string[] {
  const codes = rules.map(({ code }) => code);
  if (workloads === undefined) {
    return codes.map((code) =>
      faultCase(code, {
        fault: faults.find((fault) => fault.code === code),
        unexercised: unexercised.find((one) => one.code === code),
      }),
    );
  }
  const own = workloads.flatMap(({ name, verdict }) =>
    codes.map((code) =>
      faultCase(`${name}: ${code}`, {
        fault: faults.find((fault) => fault.code === code && fault.workload === name),
        unexercised: verdict.unexercised.find((one) => one.code === code),
      }),
    ),
  );
  const ofAll = faults.filter(({ workload }) => workload === undefined);
  return [...own, ...ofAll.map((fault) => faultCase(fault.code, { fault, unexercised: undefined }))];
}

interface Seen {
  readonly fault: Fault | undefined;
  readonly unexercised: Unexercised | undefined;
}

function faultCase(code: string, { fault, unexercised }: Seen): string {
  if (unexercised !== undefined) return open(code, '0', `<skipped message="${escape(unexercised.why)}"/>`);
  if (fault === undefined) return testCase(code, '0', undefined);
  const { title, evidence, remedy } = fault;
  const text = `${evidence}\n\n${remedy}`;
  if (isGrave(fault) && fault.accepted === undefined) {
    return testCase(code, '0', { type: fault.code, message: title, text });
  }
  return open(code, '0', `\n      <system-out>${escape(`${title}${costOf(fault)}\n${text}`)}</system-out>\n    `);
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
