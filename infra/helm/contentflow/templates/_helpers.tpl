{{/* Names of what belongs to one app: dict "root" $ "app" NAME */}}
{{- define "contentflow.name" -}}
{{- printf "%s-%s" (.root.Release.Name | trunc 40 | trimSuffix "-") .app -}}
{{- end }}

{{- define "contentflow.selector" -}}
app.kubernetes.io/part-of: contentflow
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/name: {{ .app }}
{{- end }}

{{- define "contentflow.labels" -}}
{{ include "contentflow.selector" . }}
app.kubernetes.io/version: {{ include "contentflow.tag" . | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end }}

{{/* Of an app that is rolled by itself its own, else that of all. */}}
{{- define "contentflow.tag" -}}
{{- (get .root.Values.services .app | default dict).tag | default .root.Values.image.tag | default .root.Chart.AppVersion -}}
{{- end }}

{{- define "contentflow.image" -}}
{{- $of := printf "%s/%s" .root.Values.image.registry .app -}}
{{- $digest := get .root.Values.image.digests .app -}}
{{- if $digest }}{{ $of }}@{{ $digest }}{{ else }}{{ $of }}:{{ include "contentflow.tag" . }}{{ end -}}
{{- end }}

{{/*
The configuration of one app. The generator alone is told of providers and what else may name a secret, so that the secrets are its own; the monitor of the
channels that are told of incidents, whose secrets are its own.
*/}}
{{- define "contentflow.configuration" -}}
{{- $all := .root.Values.configuration -}}
{{- if eq .app "generator" -}}
{{- toYaml (omit $all "notifications") -}}
{{- else if eq .app "entry" -}}
{{- toYaml (pick $all "access") -}}
{{- else if eq .app "monitor" -}}
{{- toYaml (pick $all "access" "admission" "policy" "concurrency" "leaseMs" "notifications") -}}
{{- else -}}
{{- toYaml (pick $all "access" "admission" "policy" "concurrency" "leaseMs") -}}
{{- end -}}
{{- end }}

{{/* A variable of the same name as a key of a Secret: dict "secret" NAME "key" KEY, "optional" where it may be absent */}}
{{- define "contentflow.fromSecret" -}}
- name: {{ .key }}
  valueFrom: { secretKeyRef: { name: {{ .secret }}, key: {{ .key }}, optional: {{ .optional | default false }} } }
{{- end }}

{{- define "contentflow.environment" -}}
{{- $values := .root.Values -}}
- { name: PORT, value: '4000' }
- { name: HOST, value: 0.0.0.0 }
- { name: LOG_LEVEL, value: {{ $values.logLevel }} }
- { name: CONTENTFLOW_CONFIG, value: /etc/contentflow/contentflow.config.yaml }
- { name: CONTENTFLOW_GRACE_S, value: {{ $values.stop.graceSeconds | quote }} }
{{- with $values.otlpEndpoint }}
- { name: OTEL_EXPORTER_OTLP_ENDPOINT, value: {{ . | quote }} }
- { name: OTEL_SERVICE_NAME, value: {{ $.app }} }
{{- end }}
{{- if eq .app "entry" }}
{{ include "contentflow.fromSecret" (dict "secret" $values.secrets.name "key" "CONTENTFLOW_KEY") }}
{{- range $service := without (keys $values.services | sortAlpha) "entry" }}
- name: {{ $service | upper | replace "-" "_" }}_URL
  value: http://{{ include "contentflow.name" (dict "root" $.root "app" $service) }}:4000
{{- end }}
{{- else }}
{{- range $key := list "CONTENTFLOW_ADMIN_KEY" "CONTENTFLOW_LOGIN_SECRET" }}
{{ include "contentflow.fromSecret" (dict "secret" $values.secrets.name "key" $key "optional" true) }}
{{- end }}
{{- /* Words of persons pass through these alone. */}}
{{- if has .app (list "generator" "feedback-learner" "ledger") }}
{{ include "contentflow.fromSecret" (dict "secret" $values.secrets.name "key" "CONTENTFLOW_MASTER_KEY" "optional" true) }}
{{- end }}
{{- /* Who orders the decisions signs the log. */}}
{{- if eq .app "ledger" }}
{{- range $key := list "CONTENTFLOW_SIGNING_KEY" "CONTENTFLOW_SIGNING_KEY_BEFORE" }}
{{ include "contentflow.fromSecret" (dict "secret" $values.secrets.name "key" $key "optional" true) }}
{{- end }}
{{- end }}
{{- if eq .app "scaler" }}
{{- if $values.directScaling.enabled }}
- { name: CONTENTFLOW_SCALE_DEPLOYMENT, value: {{ .root.Release.Namespace }}/{{ include "contentflow.name" (dict "root" .root "app" "generator") }} }
{{- end }}
{{- if include "contentflow.isAskedByGrpc" .root }}
- { name: CONTENTFLOW_KEDA_ADDRESS, value: 0.0.0.0:6000 }
- { name: CONTENTFLOW_KEDA_TLS_CERT, value: /etc/keda/tls.crt }
- { name: CONTENTFLOW_KEDA_TLS_KEY, value: /etc/keda/tls.key }
- { name: CONTENTFLOW_KEDA_TLS_CLIENT_CA, value: /etc/keda/ca.crt }
{{- end }}
{{- end }}
{{- with $values.namespace }}
- { name: CONTENTFLOW_NAMESPACE, value: {{ . }} }
{{- end }}
{{ include "contentflow.fromSecret" (dict "secret" $values.mongo.secret "key" "MONGO_URI") }}
- { name: KAFKA_BROKERS, value: {{ join "," $values.kafka.brokers | quote }} }
{{- with $values.kafka.tls }}
{{- if .enabled }}
- { name: KAFKA_SSL, value: 'true' }
{{- end }}
{{- if .caSecret }}
- { name: KAFKA_SSL_CA, value: /etc/kafka/ca/ca.crt }
{{- end }}
{{- if .clientSecret }}
- { name: KAFKA_SSL_CERT, value: /etc/kafka/client/tls.crt }
- { name: KAFKA_SSL_KEY, value: /etc/kafka/client/tls.key }
{{- end }}
{{- end }}
{{- with $values.kafka.sasl }}
{{- if .secret }}
- { name: KAFKA_SASL_MECHANISM, value: {{ .mechanism }} }
{{ include "contentflow.fromSecret" (dict "secret" .secret "key" "KAFKA_SASL_USERNAME") }}
{{ include "contentflow.fromSecret" (dict "secret" .secret "key" "KAFKA_SASL_PASSWORD") }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* Folder and Secret of each file that is mounted: what the services need of certificates. */}}
{{- define "contentflow.certificates" -}}
{{- $values := .root.Values -}}
{{- $found := dict -}}
{{- if ne .app "entry" -}}
{{- with $values.kafka.tls.caSecret }}{{ $_ := set $found "kafka-ca" (dict "secret" . "folder" "/etc/kafka/ca") }}{{ end -}}
{{- with $values.kafka.tls.clientSecret }}{{ $_ := set $found "kafka-client" (dict "secret" . "folder" "/etc/kafka/client") }}{{ end -}}
{{- with $values.mongo.caSecret }}{{ $_ := set $found "mongo-ca" (dict "secret" . "folder" "/etc/mongo") }}{{ end -}}
{{- end -}}
{{- if and (eq .app "scaler") (include "contentflow.isAskedByGrpc" .root) }}{{ $_ := set $found "keda" (dict "secret" $values.keda.tls.scalerSecret "folder" "/etc/keda") }}{{ end -}}
{{- toJson $found -}}
{{- end }}

{{/* Something where KEDA asks the scaler by gRPC, else nothing. */}}
{{- define "contentflow.isAskedByGrpc" -}}
{{- if and .Values.keda.enabled (ne .Values.keda.trigger "http") }}yes{{ end -}}
{{- end }}

{{- define "contentflow.brokerPorts" -}}
{{- range $index, $broker := .Values.kafka.brokers }}{{ if $index }},{{ end }}{{ $broker | splitList ":" | last }}{{ end -}}
{{- end }}
