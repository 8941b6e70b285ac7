#!/bin/sh
# A walk through the API with curl alone; docs/tour.md explains each step. Needs a running demo:
#
#     qun demo &
#     examples/curl/tour.sh [http://127.0.0.1:8080]
set -eu
url=${1:-http://127.0.0.1:8080}
run=$(od -An -N6 -tx1 /dev/urandom | tr -d ' \n')
token=

step() { printf '\n== %s\n' "$*"; }

# graphql BODY [OPTION OF CURL]...: sends a GraphQL request, and keeps and prints the answer.
graphql() {
    body=$1
    shift
    answer=$(curl -sS "$url/graphql" ${token:+-H "Authorization: Bearer $token"} \
        -H 'Content-Type: application/json' --data-raw "$body" "$@")
    printf '%s\n' "$answer"
}

# of NAME: the text that the last answer has under this name.
of() { printf '%s' "$answer" | sed -n 's/.*"'"$1"'":"\([^"]*\)".*/\1/p'; }

step "Log in"
graphql '{"query": "mutation { logIn(input: {email: \"owner@demo.example\", password: \"look-around-1\"}) { accessToken refreshToken expiresAt userErrors { code message } } }"}'
token=$(of accessToken)
refresh=$(of refreshToken)

step "Who am I, and where?"
graphql '{"query": "{ viewer { assignments { role rank } capabilities organization { name } } }"}'

step "The first two groups, and the two after them"
groups='"query": "query Groups($after: String) { groups(first: 2, after: $after) { nodes { name platform community { name } } pageInfo { hasNextPage endCursor } } }"'
graphql "{$groups}"
graphql "{$groups, \"variables\": {\"after\": \"$(of endCursor)\"}}"

step "A community, asked for twice under one key: there is one"
create='{"query": "mutation Create($name: String!) { createCommunity(input: {name: $name, timeZone: \"Asia/Shanghai\"}) { community { id name } userErrors { code field message } } }", "variables": {"name": "Plants '"$run"'"}}'
graphql "$create" -H "Idempotency-Key: $run"
graphql "$create" -H "Idempotency-Key: $run"

step "Without the key it is refused, as data: userErrors, in the language asked for"
graphql "$create" -H 'Accept-Language: zh-CN'

step "Where the events stand"
graphql '{"query": "{ organization { lastEventId } }"}'
stand=$(of lastEventId)

step "Rows of chat, one JSON object a line; the last of them is wrong"
rows() {
    cat <<ROWS
{"id": "$run-1", "kind": "join", "ts": "$at", "group": "Tinker Lounge", "user": "$run", "name": "Ann"}
{"id": "$run-2", "kind": "message", "ts": "$at", "group": "Tinker Lounge", "user": "$run", "text": "Good morning!"}
{"id": "$run-3", "kind": "message", "ts": "yesterday", "group": "Tinker Lounge", "user": "$run"}
ROWS
}
# send_rows: prints the answer.
send_rows() {
    rows | curl -sS "$url/v1/interactions" -H "Authorization: Bearer $token" \
        -H 'Content-Type: application/x-ndjson' --data-binary @-
    echo
}
at=$(date -u +%Y-%m-%dT%H:%M:%SZ)
send_rows

step "The same rows again: known, and nothing changes"
send_rows

step "What has happened since: events, at least once and in order"
changes='{"query": "subscription { membershipChanged(after: \"'"$stand"'\") { eventId changes { how person { displayName } } } }"}'
# It waits for more until it is stopped, here after two seconds.
curl -sN --max-time 2 "$url/graphql" -H "Authorization: Bearer $token" -H 'Content-Type: application/json' \
    -H 'Accept: text/event-stream' --data-raw "$changes" || true

step "New tokens for the refresh token, which needs no access token"
token=
graphql '{"query": "mutation Refresh($with: String!) { refreshSession(input: {refreshToken: $with}) { accessToken refreshToken expiresAt userErrors { code } } }", "variables": {"with": "'"$refresh"'"}}'
token=$(of accessToken)

step "A key for a machine that sends rows and does nothing else"
graphql '{"query": "mutation { createApiKey(input: {name: \"bridge\", scopes: [RECORD_ACTIVITY]}) { secret apiKey { id scopes } userErrors { code } } }"}'
person=$token
token=$(of secret)
key=$(of id)
send_rows
graphql '{"query": "{ viewer { assignments { role } } }"}'
token=$person
graphql '{"query": "mutation { revokeApiKey(input: {apiKeyId: \"'"$key"'\"}) { apiKey { name } userErrors { code } } }"}'

step "Log out: the token is refused from now on, with a code and a status"
graphql '{"query": "mutation { logOut(input: {}) { endedSessions } }"}'
graphql '{"query": "{ viewer { assignments { role } } }"}' -w '\n%{http_code}'
