// Generated from the keeper's forms. Do not edit:
// DRAWBRIDGE_BLESS=1 cargo test -p drawbridge-desktop bindings
import type { CredentialForm } from "../bindings";

export const FORMS: CredentialForm[] = [
  {
    "kind": "ssh-key",
    "title": "SSH key",
    "sentence": "Signs in over SSH. Make a new key here, or bring one along.",
    "schema": {
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "type": "object",
      "properties": {
        "comment": {
          "type": "string",
          "title": "Comment",
          "description": "Stands at the end of the public key, such as your address.",
          "writeOnly": false,
          "minLength": 1,
          "maxLength": 200
        },
        "passphrase": {
          "type": "string",
          "title": "Passphrase of the key",
          "description": "Only if it has one. It opens the key once and is not kept.",
          "writeOnly": true,
          "minLength": 1,
          "maxLength": 4096
        },
        "private_key": {
          "type": "string",
          "title": "Private key",
          "description": "The whole file as OpenSSH writes it. Leave it empty to make a new Ed25519 key.",
          "writeOnly": true,
          "minLength": 1,
          "maxLength": 32768,
          "contentMediaType": "application/x-pem-file"
        }
      },
      "required": [],
      "additionalProperties": false,
      "x-order": [
        "private_key",
        "passphrase",
        "comment"
      ]
    }
  },
  {
    "kind": "headers",
    "title": "HTTP headers",
    "sentence": "Sent along with requests to certain hosts, such as an API key.",
    "schema": {
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "type": "object",
      "properties": {
        "check_url": {
          "type": "string",
          "title": "Address to check",
          "description": "One that answers well only if this is right; leave it empty to store it unchecked.",
          "writeOnly": false,
          "minLength": 1,
          "maxLength": 2000
        },
        "headers": {
          "type": "string",
          "title": "Headers",
          "description": "One a line, as Name: value.",
          "writeOnly": true,
          "minLength": 1,
          "maxLength": 32768,
          "contentMediaType": "text/plain"
        }
      },
      "required": [
        "headers"
      ],
      "additionalProperties": false,
      "x-order": [
        "headers",
        "check_url"
      ]
    }
  },
  {
    "kind": "basic",
    "title": "User and password",
    "sentence": "A user name and a password, as HTTP Basic sends them.",
    "schema": {
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "type": "object",
      "properties": {
        "check_url": {
          "type": "string",
          "title": "Address to check",
          "description": "One that answers well only if this is right; leave it empty to store it unchecked.",
          "writeOnly": false,
          "minLength": 1,
          "maxLength": 2000
        },
        "password": {
          "type": "string",
          "title": "Password",
          "description": "It is sealed in the vault and never shown again.",
          "writeOnly": true,
          "minLength": 1,
          "maxLength": 4096
        },
        "user": {
          "type": "string",
          "title": "User name",
          "description": "Without a colon.",
          "writeOnly": false,
          "minLength": 1,
          "maxLength": 300,
          "pattern": "^[^:]+$"
        }
      },
      "required": [
        "user",
        "password"
      ],
      "additionalProperties": false,
      "x-order": [
        "user",
        "password",
        "check_url"
      ]
    }
  },
  {
    "kind": "client-credentials",
    "title": "Client credentials",
    "sentence": "An OAuth client that asks for access as itself, without a person (RFC 6749 §4.4).",
    "schema": {
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "type": "object",
      "properties": {
        "client_id": {
          "type": "string",
          "title": "Client id",
          "description": "As the provider gave it.",
          "writeOnly": false,
          "minLength": 1,
          "maxLength": 200
        },
        "client_secret": {
          "type": "string",
          "title": "Client secret",
          "description": "It is sealed in the vault and never shown again.",
          "writeOnly": true,
          "minLength": 1,
          "maxLength": 4096
        },
        "scopes": {
          "type": "string",
          "title": "Scopes",
          "description": "With spaces between; leave it empty for the usual ones.",
          "writeOnly": false,
          "minLength": 1,
          "maxLength": 2000
        },
        "secret_in": {
          "type": "string",
          "title": "Secret sent in",
          "description": "The header, unless the provider says that it wants it in the body.",
          "writeOnly": false,
          "minLength": 1,
          "maxLength": 10,
          "enum": [
            "header",
            "body"
          ],
          "default": "header"
        },
        "token_endpoint": {
          "type": "string",
          "title": "Token endpoint",
          "description": "The address where access is asked for.",
          "writeOnly": false,
          "minLength": 1,
          "maxLength": 2000
        }
      },
      "required": [
        "token_endpoint",
        "client_id",
        "client_secret"
      ],
      "additionalProperties": false,
      "x-order": [
        "token_endpoint",
        "client_id",
        "client_secret",
        "scopes",
        "secret_in"
      ]
    }
  }
];
