import { type Resource } from './resource.js';

/** `k8s/dev/orders.yaml`, `overlays/local/kustomization.yaml`, `deployment-dev.yaml`, `local-postgres.yaml`, and a chart with `values-dev.yaml`: by the name that the file has below a folder of manifests. */
const FOR_DEVELOPMENT =
  /(?:^|[\\/\s])(?:k8s|kube|kubernetes|overlays|env(?:ironment)?s|clusters|deploy(?:ments?)?|manifests|infra|helm)[\\/](?:dev|devel|development|local|minikube|kind|sandbox|stag(?:e|ing)|stg|qa|uat|tests?|testing|preview|review|e2e|ci)[\\/]|(?:^|[\\/._-])(?:dev|development|local|minikube|stag(?:e|ing)|stg|qa|uat)\.(?:ya?ml|json)>?$|(?:^|[\\/])(?:local|minikube|staging)[._-][^\\/]*\.(?:ya?ml|json)$/i;

/** What shows how something is done, what a test needs, and what somebody else publishes. */
const NOT_OWN =
  /(?:^|[\\/\s])(?:examples?|samples?|tutorials?|playgrounds?|testdata|fixtures|benchmarks?|vendor|vendored|third[_-]party)[\\/]/i;

/** Whether a manifest is one of a cluster for development or for tests, an example, or a copy of somebody else's, where one pod is enough. */
export function isForDevelopment({ root }: Pick<Resource, 'root'>): boolean {
  return FOR_DEVELOPMENT.test(root.source.path) || NOT_OWN.test(root.source.path);
}
