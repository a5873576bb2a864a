import { type Right } from '../api/access-review.js';

const apps = { group: 'apps', resource: 'deployments' };
const pods = { group: '', resource: 'pods' };
const slices = { group: 'discovery.k8s.io', resource: 'endpointslices' };
const events = { group: '', resource: 'events' };

/** What a rehearsal does in the namespace. The role of docs/real-cluster.md has the same. */
export const RIGHTS: readonly Right[] = [
  { ...apps, verb: 'get', purpose: 'to read the Deployment' },
  { ...apps, verb: 'list', purpose: 'to see the rollout' },
  { ...apps, verb: 'watch', purpose: 'to see the rollout' },
  { ...apps, verb: 'patch', purpose: 'to restart it, and to undo that' },
  { ...pods, verb: 'list', purpose: 'to see pods start and end' },
  { ...pods, verb: 'watch', purpose: 'to see pods start and end' },
  { ...slices, verb: 'list', purpose: 'to see which pods get requests' },
  { ...slices, verb: 'watch', purpose: 'to see which pods get requests' },
  {
    ...events,
    verb: 'list',
    purpose: 'to see when a pod is told to stop, and why one does not start',
    isOptional: true,
  },
  {
    ...events,
    verb: 'watch',
    purpose: 'to see when a pod is told to stop, and why one does not start',
    isOptional: true,
  },
  { group: '', resource: 'pods/log', verb: 'get', purpose: 'to quote what pods print', isOptional: true },
];
