import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { root } from '../support/repository.js';
import { CLUSTER_RIGHTS, NAMESPACE_RIGHTS } from './rights.js';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

describe('the ClusterRole of docs/cluster-test.md', () => {
  it('has the rights that the test asks for, and no other', () => {
    const page = readFileSync(resolve(root, 'docs/cluster-test.md'), 'utf8');
    const { rules } = parse(/```yaml\n([^]*?)```/.exec(page)?.[1] ?? '') as { readonly rules: readonly Rule[] };
    const granted = rules.flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource} ${group}`)),
      ),
    );
    const asked = [...CLUSTER_RIGHTS, ...NAMESPACE_RIGHTS].map(
      ({ verb, resource, group }) => `${verb} ${resource} ${group}`,
    );
    expect(granted.toSorted()).toEqual([...new Set(asked)].toSorted());
  });
});
