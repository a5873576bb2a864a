import { checkFiles } from '../check-files.js';
import { chartWordsOf } from './chart-template.js';

const TEMPLATE = `apiVersion: apps/v1
kind: Deployment
metadata:
  labels:
    {{- include "orders.labels" . | nindent 4 }}
  name: {{ include "orders.fullname" . }}
spec:
  {{- if not .Values.autoscaling.enabled }}
  replicas: {{ .Values.api.replicaCount }}
  {{- end }}
  selector:
    matchLabels:
      {{- include "orders.selectorLabels" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "orders.selectorLabels" . | nindent 8 }}
`;

const RENDERED = `---
# Source: orders/templates/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata: { name: my-release-orders }
spec:
  replicas: 2
  selector: { matchLabels: { app.kubernetes.io/name: orders, app.kubernetes.io/instance: my-release } }
  template:
    metadata: { labels: { app.kubernetes.io/name: orders, app.kubernetes.io/instance: my-release, version: 1.4.0 } }
    spec:
      containers: [{ name: orders, image: 'node:24', ports: [{ containerPort: 3000 }] }]
---
# Source: orders/templates/service.yaml
apiVersion: v1
kind: Service
metadata: { name: my-release-orders }
spec: { selector: { app.kubernetes.io/instance: my-release }, ports: [{ port: 80, targetPort: 3000 }] }
`;

function remedyOf(rule: string, text: string, template?: string): string | undefined {
  const files = [{ path: '<rendered from charts/orders/Chart.yaml>', text }];
  const { findings } = checkFiles(files, {
    readNeighbour: (path) => (path === 'charts/orders/templates/deployment.yaml' ? template : undefined),
  });
  return findings.find((finding) => finding.rule === rule)?.remedy;
}

describe('what a chart is told', () => {
  it('has the name and the labels as the template of the workload writes them', () => {
    expect(remedyOf('disruption-budget-missing', RENDERED, TEMPLATE)).toBe(`# a template of its own in the chart
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ include "orders.fullname" . }}
spec:
  maxUnavailable: 1
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "orders.selectorLabels" . | nindent 6 }}`);
  });

  it('has the labels that the workload chooses its pods by, and the release as it is', () => {
    const remedy = remedyOf('disruption-budget-missing', RENDERED);
    expect(remedy).toContain('app.kubernetes.io/instance: {{ .Release.Name }}');
    expect(remedy).not.toContain('version');
    expect(remedy).toContain('# in the chart, write the name and the labels as its templates do');
  });

  it('names the value that the number of replicas is in', () => {
    const single = RENDERED.replace('replicas: 2', 'replicas: 1');
    expect(remedyOf('single-replica', single, TEMPLATE)).toContain(
      '# in the values of the chart\napi:\n  replicaCount: 2',
    );
  });
});

describe('chartWordsOf', () => {
  it('takes labels that are written out', () => {
    const text = TEMPLATE.replace(/matchLabels:\n.*/, 'matchLabels:\n      app: {{ .Release.Name }}-api');
    expect(chartWordsOf(text, 'Deployment')?.labels).toBe('      app: {{ .Release.Name }}-api');
  });

  it('brings what a helper writes below its key', () => {
    const text = TEMPLATE.replace(
      /matchLabels:\n.*/,
      'matchLabels:\n{{ include "orders.selectorLabels" . | indent 8 }}',
    );
    expect(chartWordsOf(text, 'Deployment')?.labels).toBe('      {{- include "orders.selectorLabels" . | nindent 6 }}');
  });

  it('knows nothing of loops, of variables and of several objects of a kind', () => {
    expect(chartWordsOf(`{{- range .Values.apps }}\n${TEMPLATE}`, 'Deployment')).toBeUndefined();
    expect(chartWordsOf(TEMPLATE.replace('include "orders.fullname" .', '$name'), 'Deployment')).toBeUndefined();
    expect(chartWordsOf(`${TEMPLATE}---\n${TEMPLATE}`, 'Deployment')).toBeUndefined();
    expect(chartWordsOf(TEMPLATE, 'StatefulSet')).toBeUndefined();
  });
});
