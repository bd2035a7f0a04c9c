import {
  configMap,
  idOfConfigMap,
  kustomization,
  kustomizationFile,
  manifest,
  type Restructuring,
} from './restructuring.ts';

const x = idOfConfigMap('x');
const apps = {
  'clusters/test/apps.yaml': kustomization('apps'),
  'apps/x.yaml': configMap('x'),
};
const spec = (spec: string): string => kustomization('apps', { spec });
const definition = (group: string): string => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: widgets.${group}
spec:
  group: ${group}
  scope: Namespaced
  names: {kind: Widget, plural: widgets, singular: widget}
  versions:
    - name: v1
      served: true
      storage: true
      schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
`;
const scale = (version: string, metric: string): string => `apiVersion: autoscaling/${version}
kind: HorizontalPodAutoscaler
metadata:
  name: scale
  namespace: $NS
spec:
  maxReplicas: 3
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: none}
${metric}`;

/** Changes of what names an object, and changes that look like one. */
export const ofIdentities: readonly Restructuring[] = [
  {
    name: 'rename an object',
    base: apps,
    head: { 'apps/x.yaml': configMap('x2') },
    always: { deleted: [x] },
  },
  {
    name: 'change the namespace of an object',
    base: { ...apps, 'clusters/test/home.yaml': manifest('Namespace', '$NS-home', { namespace: null }) },
    head: { 'apps/x.yaml': configMap('x', { namespace: '$NS-home' }) },
    always: { deleted: [x] },
  },
  {
    name: 'change the kind of an object',
    base: apps,
    head: { 'apps/x.yaml': manifest('Secret', 'x') },
    always: { deleted: [x] },
  },
  {
    name: 'change the group of an object',
    base: {
      ...apps,
      'clusters/test/org.yaml': definition('$NS.example.org'),
      'clusters/test/com.yaml': definition('$NS.example.com'),
      'apps/w.yaml': manifest('Widget', 'w', { apiVersion: '$NS.example.org/v1' }),
    },
    head: { 'apps/w.yaml': manifest('Widget', 'w', { apiVersion: '$NS.example.com/v1' }) },
    always: { deleted: ['$NS_w_$NS.example.org_Widget'], kept: [x] },
  },
  {
    name: 'change the version of an object only',
    base: { ...apps, 'apps/scale.yaml': scale('v1', '  targetCPUUtilizationPercentage: 80\n') },
    head: {
      'apps/scale.yaml': scale(
        'v2',
        '  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}]\n',
      ),
    },
    always: { kept: [x, '$NS_scale_autoscaling_HorizontalPodAutoscaler'] },
  },
  {
    name: 'change targetNamespace',
    base: { ...apps, 'clusters/test/home.yaml': manifest('Namespace', '$NS-home', { namespace: null }) },
    head: { 'clusters/test/apps.yaml': spec('targetNamespace: $NS-home') },
    always: { deleted: [x], kept: ['_$NS-home__Namespace'] },
  },
  {
    name: 'set targetNamespace over a Namespace',
    base: { ...apps, 'apps/home.yaml': manifest('Namespace', '$NS-home', { namespace: null }) },
    head: { 'clusters/test/apps.yaml': spec('targetNamespace: $NS-new') },
    always: { deleted: ['_$NS-home__Namespace', x] },
  },
  {
    name: 'change namePrefix',
    base: apps,
    head: { 'clusters/test/apps.yaml': spec('namePrefix: new-') },
    always: { deleted: [x] },
  },
  {
    name: 'change a variable that a name is made of',
    base: {
      'clusters/test/apps.yaml': spec('postBuild: {substitute: {stage: one}}'),
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of Flux
      'apps/x.yaml': configMap('x-${stage}'),
    },
    head: { 'clusters/test/apps.yaml': spec('postBuild: {substitute: {stage: two}}') },
    always: { deleted: [idOfConfigMap('x-one')] },
  },
  {
    name: 'change what a generated ConfigMap holds',
    base: {
      'clusters/test/apps.yaml': kustomization('apps'),
      'apps/kustomization.yaml': kustomizationFile(
        'namespace: $NS\nconfigMapGenerator: [{name: made, literals: [a=1]}]\nresources: [x.yaml]',
      ),
      'apps/x.yaml': configMap('x'),
    },
    head: {
      'apps/kustomization.yaml': kustomizationFile(
        'namespace: $NS\nconfigMapGenerator: [{name: made, literals: [a=2]}]\nresources: [x.yaml]',
      ),
    },
    always: { kept: [x] },
  },
  {
    name: 'move a file within one render',
    base: apps,
    head: { 'apps/x.yaml': null, 'apps/deep/down/all.yaml': configMap('x') },
    always: { kept: [x] },
  },
  {
    name: 'change labels, content and the interval',
    base: apps,
    head: {
      'apps/x.yaml': configMap('x', { body: '  labels: {new: label}\ndata: {key: value}\n' }),
      'clusters/test/apps.yaml': kustomization('apps').replace('10m', '20m'),
    },
    always: { kept: [x] },
  },
];
