// Usage: node scripts/check-schemas.js < manifests.yaml
// Holds Kubernetes manifests against Kubernetes' own schemas, and prints every problem on a line of its own.
import { text } from 'node:stream/consumers';
import { parseAllDocuments } from 'yaml';
import { schemaProblems } from './schema-problems.js';

const manifests = parseAllDocuments(await text(process.stdin)).map((document) => document.toJS());
const problems = await schemaProblems(manifests);
for (const problem of problems) console.log(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
