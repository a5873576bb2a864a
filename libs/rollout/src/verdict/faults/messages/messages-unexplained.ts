import { fatesIn, messageRule } from './wording.js';

/** What no other rule explains; it says what is known. */
export const messagesUnexplained = messageRule({
  code: 'message-unexplained',
  explains: () => true,
  describe: (troubles, inquiry) => {
    const phases = [...new Set(troubles.map(({ phase }) => phase ?? 'no pod'))].join(', ');
    return {
      title: 'Not handled exactly once, and none of the known faults explains it',
      evidence: `${fatesIn(troubles, inquiry)}, on pods in phase: ${phases}.`,
      remedy: 'Look these up in the ledger (--ledger), with the log lines of their pods at that time.',
    };
  },
});
