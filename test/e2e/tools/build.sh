#!/usr/bin/env bash
# Builds the programs of the end-to-end tests into a folder, at the versions that go.mod pins: etcd, kube-apiserver,
# kubectl, source-controller, kustomize-controller, kustomize; and puts the CRDs of Flux beside them (crds/).
# A second run with the same go.sum builds nothing. Cold it takes about 5 minutes of two cores and 3 GB of memory.
#
#   test/e2e/tools/build.sh FOLDER
set -euo pipefail
out="$(mkdir -p "$1" && cd "$1" && pwd)"
cd "$(dirname "${BASH_SOURCE[0]}")"

programs=(etcd kube-apiserver kubectl source-controller kustomize-controller kustomize)
stamp="$out/.e2e-tools-$(cat go.mod go.sum build.sh | sha256sum | cut -c1-16)"
complete() {
  local program
  [ -f "$stamp" ] && [ -d "$out/crds" ] || return 1
  for program in "${programs[@]}"; do [ -x "$out/$program" ] || return 1; done
}
complete && exit 0

retry() { # downloads fail now and then
  local try
  for try in 1 2 3; do
    "$@" && return 0
    echo "try $try failed: $*" >&2
    sleep $((try * 5))
  done
  return 1
}

build() { # build PACKAGE PROGRAM [LDFLAGS]
  retry env CGO_ENABLED=0 GOGC=800 GOFLAGS="-trimpath -buildvcs=false -mod=readonly" \
    go build -ldflags "-s -w ${3-}" -o "$part/$2" "$1"
}

part="$(mktemp -d "$out/.build-XXXXXX")"
trap 'rm -rf "$part"' EXIT
version() { go list -mod=readonly -m -f '{{.Version}}' "$1"; }
kubernetes="$(version k8s.io/kubernetes)"
minor="${kubernetes#v1.}"
base=k8s.io/component-base/version
kubeflags="-X $base.gitVersion=$kubernetes -X $base.gitMajor=1 -X $base.gitMinor=${minor%%.*}"

build k8s.io/kubernetes/cmd/kube-apiserver kube-apiserver "$kubeflags"
build k8s.io/kubernetes/cmd/kubectl kubectl "$kubeflags"
build go.etcd.io/etcd/server/v3 etcd
build github.com/fluxcd/source-controller source-controller
build github.com/fluxcd/kustomize-controller kustomize-controller
build sigs.k8s.io/kustomize/kustomize/v5 kustomize \
  "-X sigs.k8s.io/kustomize/api/provenance.version=$(version sigs.k8s.io/kustomize/kustomize/v5)"

mkdir "$part/crds"
for module in source-controller kustomize-controller; do
  cp "$(go list -mod=readonly -m -f '{{.Dir}}' "github.com/fluxcd/$module")"/config/crd/bases/*.yaml "$part/crds/"
done
chmod 644 "$part"/crds/*

rm -rf "$out/crds" "$out"/.e2e-tools-*
mv -f "$part"/* "$out/"
touch "$stamp"
