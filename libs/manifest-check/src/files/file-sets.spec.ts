import { fileSetsOf } from './file-sets.js';
import { readFile } from './read-file.js';

/** Files by their paths, each with the names of the objects that are in it. */
function setsOf(files: Readonly<Record<string, string>>): readonly string[] {
  const read = Object.entries(files).map(([path, names]) => {
    const objects = names.split(' ').filter((name) => name !== '');
    const texts = objects.map((name) => JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name } }));
    return readFile({ path, text: texts.join('\n') });
  });
  return fileSetsOf(read).map((set) => set.map(({ source }) => source.path).join(' '));
}

describe('files that are applied together', () => {
  it('are all of them, as long as no object is there twice', () => {
    expect(setsOf({ 'k8s/deployments/a.yaml': 'a', 'k8s/services/a.yaml': 'b', 'c.yaml': 'c c' })).toEqual([
      'k8s/deployments/a.yaml k8s/services/a.yaml c.yaml',
    ]);
  });

  it('are a folder, where folders are alternatives, and what is beside them', () => {
    expect(
      setsOf({ 'k8s/common.yaml': 'x', 'k8s/dev/a.yaml': 'a', 'k8s/dev/b.yaml': 'b', 'k8s/prod/a.yaml': 'a' }),
    ).toEqual(['k8s/common.yaml k8s/dev/a.yaml k8s/dev/b.yaml', 'k8s/common.yaml k8s/prod/a.yaml']);
  });

  it('are of the same environment, wherever its folders are', () => {
    const files = {
      'api/dev/a.yaml': 'api',
      'api/prod/a.yaml': 'api',
      'web/prod/a.yaml': 'web',
      'web/dev/a.yaml': 'web',
    };
    expect(setsOf(files)).toEqual(['api/dev/a.yaml web/dev/a.yaml', 'api/prod/a.yaml web/prod/a.yaml']);
  });

  it('are of the same environment, where that is part of the name of a file', () => {
    const files = { 'api.dev.yaml': 'api', 'api.prod.yaml': 'api', 'web.dev.yaml': 'web', 'web.prod.yaml': 'web' };
    expect(setsOf(files)).toEqual(['api.dev.yaml web.dev.yaml', 'api.prod.yaml web.prod.yaml']);
  });

  it('are not the file with everything and the files that it was made from', () => {
    expect(setsOf({ 'all.yaml': 'a b', 'parts/a.yaml': 'a', 'parts/b.yaml': 'b' })).toEqual([
      'all.yaml',
      'parts/a.yaml parts/b.yaml',
    ]);
  });

  it('are what one kustomization renders, and nothing else', () => {
    expect(
      setsOf({
        '<rendered from base/kustomization.yaml>': 'a',
        '<rendered from prod/kustomization.yaml>': 'b',
        'c.yaml': 'c',
      }),
    ).toEqual(['c.yaml', '<rendered from base/kustomization.yaml>', '<rendered from prod/kustomization.yaml>']);
  });
});
