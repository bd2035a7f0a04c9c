// Reads recipients as the command line of sops does, and says what sops calls each key. It speaks to no cloud.
package main

import (
	"log"

	"github.com/getsops/sops/v3/azkv"
	"github.com/getsops/sops/v3/gcpkms"
	"github.com/getsops/sops/v3/hckms"
	"github.com/getsops/sops/v3/hcvault"
	"github.com/getsops/sops/v3/kms"
	"sopskit.test/recorders/lines"
)

type request struct {
	Source  string            `json:"source"`
	Text    string            `json:"text"`
	Context map[string]string `json:"context"`
	Profile string            `json:"profile"`
}

type reply struct {
	Ids     []string `json:"ids"`
	Refused bool     `json:"refused"`
}

func main() {
	lines.Answer(func(asked request) reply {
		ids, err := read(asked)
		if err != nil {
			return reply{Ids: []string{}, Refused: true}
		}
		return reply{Ids: ids}
	})
}

func read(asked request) ([]string, error) {
	switch asked.Source {
	case "kms":
		return names(kms.MasterKeysFromArnString(asked.Text, contextOf(asked), asked.Profile), nil)
	case "gcp_kms":
		return names(gcpkms.MasterKeysFromResourceIDString(asked.Text), nil)
	case "hckms":
		return names(hckms.NewMasterKeyFromKeyIDString(asked.Text))
	case "azure_kv":
		return names(azkv.MasterKeysFromURLs(asked.Text))
	case "hc_vault":
		return names(hcvault.NewMasterKeysFromURIs(asked.Text))
	}
	log.Fatalf("no such source: %s", asked.Source)
	return nil, nil
}

func names[Key interface{ ToString() string }](keys []Key, err error) ([]string, error) {
	ids := []string{}
	for _, key := range keys {
		ids = append(ids, key.ToString())
	}
	return ids, err
}

func contextOf(asked request) map[string]*string {
	if asked.Context == nil {
		return nil
	}
	pairs := map[string]*string{}
	for name, value := range asked.Context {
		pairs[name] = &value
	}
	return pairs
}
