import { checkFiles, RULES } from 'nestjs-lifecycle-manifest-check';
import { pasteRemedies, REMEDIES_FOR_A_PERSON } from '../support/paste-remedies.js';
import { ruleExample } from '../support/rule-examples.js';
import { schemaProblems } from './manifests.js';

/** The objects of Kubernetes itself in the bad examples of all rules, before and after all remedies were pasted. */
function examples(): { readonly before: string; readonly after: string } {
  const pages = RULES.map(({ id }) => {
    const { files, settings, facts } = ruleExample(id, 'Bad');
    const { findings } = checkFiles(files, { settings, facts });
    const after = pasteRemedies(
      files,
      findings.filter(({ rule }) => REMEDIES_FOR_A_PERSON[rule] === undefined),
    );
    return { before: ofKubernetes(files), after: ofKubernetes(after) };
  });
  const texts = (of: 'before' | 'after'): string => pages.flatMap((page) => page[of]).join('---\n');
  return { before: texts('before'), after: texts('after') };
}

function ofKubernetes(files: readonly { readonly text: string }[]): readonly string[] {
  const documents = files.flatMap(({ text }) => text.split(/^---\n/m));
  return documents.filter((text) =>
    /^apiVersion: (?:v1|(?:apps|policy|batch|autoscaling|networking\.k8s\.io)\/v\d)$/m.test(text),
  );
}

it("Kubernetes' own schemas have nothing against what remedies make of the examples", () => {
  const { before, after } = examples();
  // An example is as short as it can be, and may lack what its rule does not look at.
  const known = new Set(schemaProblems(before).map(withoutTypes));
  expect(after.split('---\n').length).toBeGreaterThan(RULES.length);
  expect(schemaProblems(after).filter((problem) => !known.has(withoutTypes(problem)))).toEqual([]);
});

/** `Property 'selector' is missing in type …`: the type names all that is there. */
function withoutTypes(problem: string): string {
  return problem.replace(/ in type .*$/, '');
}
