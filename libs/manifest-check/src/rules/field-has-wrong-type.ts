import { type Model, type Report, type Rule } from '../rule-kinds/rule.js';
import { isFilledInLater } from '../manifest/filled-in-later.js';
import { valueInWords, wrongTypesOf } from '../manifest/wrong-types.js';
import { type PlatformFile } from '../platforms/platform-file.js';

/** The API server refuses a value of the wrong type; the other rules do not reckon with it. */
export const fieldHasWrongType: Rule = {
  id: 'field-has-wrong-type',
  severity: 'error',
  summary: 'A time, number, list or probe is written in a type that Kubernetes or Compose refuses',
  *check(model) {
    yield* inResources(model);
    for (const file of model.platforms) if (file.platform === 'compose') yield* inCompose(file);
  },
};

function* inResources({ cluster }: Model): Iterable<Report> {
  for (const resource of cluster.resources) {
    for (const { at, found, wanted, remedy, fix } of wrongTypesOf(resource)) {
      yield {
        at,
        about: resource,
        message: `${at.path} is ${found}, and has to be ${wanted}`,
        why: 'The API server refuses the object, or takes something else than what is written: what was meant is not rolled out.',
        remedy,
        ...(fix !== undefined && { fix: { isSafe: true, edits: fix } }),
      };
    }
  }
}

function* inCompose(file: PlatformFile): Iterable<Report> {
  for (const [name, service] of file.root.at('services').entries) {
    const at = service.at('stop_grace_period');
    if (!at.exists || DURATION.test(at.text ?? '') || isFilledInLater(at)) continue;
    const seconds = /^\d+$/.test(at.text ?? '') ? Number(at.text) : 30;
    yield {
      at,
      about: { kind: file.kind, name, template: file.template },
      message: `${at.path} is ${valueInWords(at)}, and has to be a duration with its unit, such as 30s or 1m30s`,
      why: 'Docker Compose refuses the file, and starts nothing of it.',
      remedy: `stop_grace_period: ${seconds}s`,
    };
  }
}

const DURATION = /^(?:0|(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h|d|w))+)$/;
