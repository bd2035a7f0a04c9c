/** Has a Kustomization (`namespace/name`) fetch and run now. */
export function reconcile(name: string, flags: string): string {
  const [namespace, own] = [name.slice(0, name.indexOf('/')), name.slice(name.indexOf('/') + 1)];
  return `flux${flags} reconcile kustomization ${own} -n ${namespace} --with-source`;
}
