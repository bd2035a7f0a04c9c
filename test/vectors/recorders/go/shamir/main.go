// Splits and joins secrets as sops does, with random bytes that the request gives.
package main

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"log"

	"github.com/getsops/sops/v3/shamir"
	"sopskit.test/recorders/lines"
)

type request struct {
	Op        string   `json:"op"` // "split" or "combine"
	Secret    string   `json:"secret"`
	Parts     int      `json:"parts"`
	Threshold int      `json:"threshold"`
	Random    string   `json:"random"`
	Shares    []string `json:"shares"`
}

type reply struct {
	Shares []string `json:"shares"`
	Secret string   `json:"secret"`
	Error  string   `json:"error"`
	Unread int      `json:"unread"` // random bytes that were not taken
}

func main() {
	lines.Answer(func(asked request) reply {
		if asked.Op == "combine" {
			return combine(asked)
		}
		return split(asked)
	})
}

func split(asked request) reply {
	tape := bytes.NewReader(fromHex(asked.Random))
	rand.Reader = tape
	shares, err := shamir.Split(fromHex(asked.Secret), asked.Parts, asked.Threshold)
	if err != nil {
		return reply{Error: err.Error(), Unread: tape.Len()}
	}
	answer := reply{Unread: tape.Len()}
	for _, share := range shares {
		answer.Shares = append(answer.Shares, hex.EncodeToString(share))
	}
	return answer
}

func combine(asked request) reply {
	shares := make([][]byte, len(asked.Shares))
	for index, share := range asked.Shares {
		shares[index] = fromHex(share)
	}
	secret, err := shamir.Combine(shares)
	if err != nil {
		return reply{Error: err.Error()}
	}
	return reply{Secret: hex.EncodeToString(secret)}
}

func fromHex(text string) []byte {
	decoded, err := hex.DecodeString(text)
	if err != nil {
		log.Fatal(err)
	}
	return decoded
}
