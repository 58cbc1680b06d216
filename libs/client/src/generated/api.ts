// Written by `node tools/write-client.mjs` from /openapi.json.

export interface paths {
  '/asyncapi.json': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The events, as AsyncAPI */
    get: operations['getAsyncapiJson'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/health/live': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The process lives */
    get: operations['getHealthLive'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/health/ready': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The process can answer, and what it follows goes on */
    get: operations['getHealthReady'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/metrics': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Figures for Prometheus */
    get: operations['getMetrics'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/openapi.json': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** This document */
    get: operations['getOpenapiJson'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/adjustments': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Changes that feedback proposed */
    get: operations['getV1Adjustments'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/anomalies': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What departs from the usual, and how it was handled */
    get: operations['getV1Anomalies'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/anomalies/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One anomaly, from its opening to its end */
    get: operations['getV1AnomaliesId'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/audit': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** How far the ledger has been checked by itself, and what differs */
    get: operations['getV1Audit'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/autonomy': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** How far the system may change itself */
    get: operations['getV1Autonomy'];
    /** Says how far the system may change itself */
    put: operations['putV1Autonomy'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/baselines': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What is usual, per content type and model */
    get: operations['getV1Baselines'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/budgets': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The day's budgets: spent, reserved, left */
    get: operations['getV1Budgets'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/chat/completions': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** OpenAI's chat completions, streaming included */
    post: operations['postV1ChatCompletions'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/checkpoints': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What was signed, the latest first */
    get: operations['getV1Checkpoints'];
    put?: never;
    /** Signs all that the log holds now */
    post: operations['postV1Checkpoints'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/completions': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** OpenAI's completions of a text, streaming included */
    post: operations['postV1Completions'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/content': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Content, the latest first; what is searched for may take several pages to be found */
    get: operations['getV1Content'];
    put?: never;
    /** Takes a brief; with `Prefer: wait=SECONDS`, answers with its content if it is made by then */
    post: operations['postV1Content'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/content/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One content item */
    get: operations['getV1ContentId'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/content/{id}/cancel': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Ends a brief that has no result yet, as failed with the class `cancelled`; a repeat changes nothing */
    post: operations['postV1ContentIdCancel'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/content/{id}/engagement': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** What a reader did with it */
    post: operations['postV1ContentIdEngagement'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/content/{id}/events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What happens to a content item, as server-sent events; ends with its result */
    get: operations['getV1ContentIdEvents'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/content/{id}/feedback': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** A reader's rating, comment or edit */
    post: operations['postV1ContentIdFeedback'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/content/{id}/trace': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What the models were told for a content item, and each call */
    get: operations['getV1ContentIdTrace'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/content/batch': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Batches, the latest first */
    get: operations['getV1ContentBatch'];
    put?: never;
    /** Takes many briefs; a wrong one is named and refuses none of the others */
    post: operations['postV1ContentBatch'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/content/batch/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** How far a batch is */
    get: operations['getV1ContentBatchId'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/dead-letters': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Events that could not be taken in, and by whom */
    get: operations['getV1DeadLetters'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/decisions': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Every decision, the latest first */
    get: operations['getV1Decisions'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/decisions/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One decision, with the evidence it was made on */
    get: operations['getV1DecisionsId'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/documentation': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The system's own documentation */
    get: operations['getV1Documentation'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/embeddings': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** OpenAI's embeddings */
    post: operations['postV1Embeddings'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/experiments': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Experiments, the latest first */
    get: operations['getV1Experiments'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/experiments/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One experiment */
    get: operations['getV1ExperimentsId'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/experiments/{id}/stop': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Stops an experiment; what it tried is not applied */
    post: operations['postV1ExperimentsIdStop'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/failures/analysis': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Patterns of failure, their causes, and what to do about them */
    get: operations['getV1FailuresAnalysis'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/feedback': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** The same of a completion, by the id of its answer */
    post: operations['postV1Feedback'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/forecasts': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Load foreseen, and how it came */
    get: operations['getV1Forecasts'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/improvements': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Everything ever applied, the latest first */
    get: operations['getV1Improvements'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/improvements/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One improvement, with its account */
    get: operations['getV1ImprovementsId'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/improvements/{id}/restore': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Undoes a rollback: the improvement is in force again where it stood */
    post: operations['postV1ImprovementsIdRestore'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/improvements/{id}/rollback': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Takes an improvement out, wherever it stands in the stack */
    post: operations['postV1ImprovementsIdRollback'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/incidents': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What is wrong, its cause, what was done, how to undo that, and who was told; the latest first */
    get: operations['getV1Incidents'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/incidents/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One incident, from its opening to its end */
    get: operations['getV1IncidentsId'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/keys': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Keys to the API, the latest first; without their secrets */
    get: operations['getV1Keys'];
    put?: never;
    /** Makes a key, and shows it this once */
    post: operations['postV1Keys'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/keys/{id}/revoke': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** From here on the key opens nothing; a repeat changes nothing */
    post: operations['postV1KeysIdRevoke'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/keys/{id}/rotate': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Makes a key for the same, and revokes the old one after a while */
    post: operations['postV1KeysIdRotate'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/learning': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** How well ratings are predicted, by the number of ratings */
    get: operations['getV1Learning'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/messages': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Anthropic's messages, streaming included */
    post: operations['postV1Messages'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/messages/count_tokens': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** About how many tokens Anthropic's messages would take in; no model is called */
    post: operations['postV1MessagesCountTokens'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/metrics/series': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The same over time */
    get: operations['getV1MetricsSeries'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/metrics/summary': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What was made, how fast, how well, at what cost */
    get: operations['getV1MetricsSummary'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/models': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The models on offer, in OpenAI’s form and in Anthropic’s */
    get: operations['getV1Models'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/models/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One of them, or any other name that is answered for */
    get: operations['getV1ModelsId'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/notifications': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Channels that are told of incidents, and what became of the last message */
    get: operations['getV1Notifications'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/notifications/test': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Sends a test to one channel, or to all of them, and says what came of it */
    post: operations['postV1NotificationsTest'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/outcomes': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Cost, time and quality as the learned model predicted them for each model, beside what came */
    get: operations['getV1Outcomes'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/pins': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Levers of content types that the system leaves alone */
    get: operations['getV1Pins'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/pins/{contentType}/{lever}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /** Pins a lever of a content type as it is, or lets it go */
    put: operations['putV1PinsContentTypeLever'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/policy': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The policy in force */
    get: operations['getV1Policy'];
    /** Puts another policy in force, all of it */
    put: operations['putV1Policy'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    /** Changes what a JSON merge patch (RFC 7396) names, and nothing else */
    patch: operations['patchV1Policy'];
    trace?: never;
  };
  '/v1/proposals': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Changes that are proposed, the latest first, and whether they wait for a person */
    get: operations['getV1Proposals'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/proposals/{id}/approve': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Lets a proposal be tried, and applied if its trial supports it; a repeat changes nothing */
    post: operations['postV1ProposalsIdApprove'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/proposals/{id}/refuse': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Refuses a proposal: its lever is free, and it does not return while its context stays */
    post: operations['postV1ProposalsIdRefuse'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/providers': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Each provider's models: breaker, calls under way, calls that wait */
    get: operations['getV1Providers'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/quality-thresholds/{contentType}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /** Sets the quality threshold of a content type */
    put: operations['putV1QualityThresholdsContentType'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/recipes': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The recipe in force of each content type */
    get: operations['getV1Recipes'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/report': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** How the system evolved */
    get: operations['getV1Report'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/report/series': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The same over time */
    get: operations['getV1ReportSeries'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/responses': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** OpenAI's responses, streaming included */
    post: operations['postV1Responses'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/responses/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A response that is kept here */
    get: operations['getV1ResponsesId'];
    put?: never;
    post?: never;
    /** Forgets a response that is kept here */
    delete: operations['deleteV1ResponsesId'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/responses/{id}/input_items': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What a response that is kept here was asked, the latest first */
    get: operations['getV1ResponsesIdInputItems'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/responses/compact': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** OpenAI's summing up of a conversation, of servers that have it */
    post: operations['postV1ResponsesCompact'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/responses/input_tokens': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** About how many tokens OpenAI's responses would take in; no model is called */
    post: operations['postV1ResponsesInputTokens'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/scaling': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Instances started and stopped, and why */
    get: operations['getV1Scaling'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/scaling/desired': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** How many instances there shall be */
    get: operations['getV1ScalingDesired'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/semantic-cache': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** How often answers that the cache found by meaning were wrong, by content type, and what it may do */
    get: operations['getV1SemanticCache'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/semantic-cache/{contentType}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /** Lets the cache find answers by meaning again; wrong ones are counted again */
    put: operations['putV1SemanticCacheContentType'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/session': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Who asks, as the key says that is shown */
    get: operations['getV1Session'];
    put?: never;
    /** Keeps the key that is shown as `Authorization: Bearer` in a cookie that no script reads */
    post: operations['postV1Session'];
    /** Forgets that cookie, and ends a login */
    delete: operations['deleteV1Session'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/session/callback': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Where the provider leads it back to */
    get: operations['getV1SessionCallback'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/session/login': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Leads a browser to where persons log in */
    get: operations['getV1SessionLogin'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/state': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What the system is, or was at a time, and why */
    get: operations['getV1State'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/subjects/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What the log holds of a person, opened */
    get: operations['getV1SubjectsId'];
    put?: never;
    post?: never;
    /** Makes it unreadable in every copy */
    delete: operations['deleteV1SubjectsId'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/webhooks': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Receivers of web-hooks, the worst first */
    get: operations['getV1Webhooks'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    /** @description Problem details (RFC 9457) */
    Problem: {
      /** @description stable: urn:contentflow:problem:… */
      type: string;
      title: string;
      status: number;
      detail: string;
      errors?: {
        field: string;
        problem: string;
      }[];
      /** @description the same, as OpenAI’s clients read it */
      error?: {
        message: string;
        type: unknown;
        code: unknown;
        param: unknown;
      } & {
        [key: string]: unknown;
      };
    } & {
      [key: string]: unknown;
    };
    Adjustment: {
      /** @enum {string} */
      kind: 'modify_tone' | 'modify_length' | 'raise_quality_threshold' | 'reinforce_structure';
      contentType: string;
      /** @enum {string} */
      lever: 'prompt' | 'workflow' | 'model' | 'cache' | 'style' | 'quality';
      change:
        | {
            /** @constant */
            kind: 'replace_instructions';
            instructions: string;
          }
        | {
            /** @constant */
            kind: 'set_examples';
            examples: {
              brief: string;
              text: string;
            }[];
          }
        | {
            /** @constant */
            kind: 'run_in_parallel';
            parallel: boolean;
          }
        | {
            /** @constant */
            kind: 'drop_step';
            step: string;
          }
        | {
            /** @constant */
            kind: 'set_candidates';
            candidates: number;
          }
        | {
            /** @constant */
            kind: 'join_workflow';
            changes: (
              | {
                  /** @constant */
                  kind: 'run_in_parallel';
                  parallel: boolean;
                }
              | {
                  /** @constant */
                  kind: 'drop_step';
                  step: string;
                }
              | {
                  /** @constant */
                  kind: 'set_candidates';
                  candidates: number;
                }
            )[];
          }
        | {
            /** @constant */
            kind: 'use_model';
            model: string;
            step?: string;
            /** @constant */
            fallback?: 'former_model';
          }
        | {
            /** @constant */
            kind: 'route_models';
            routing: {
              keyPoints: number | null;
              words: number | null;
              shares: {
                model: string;
                share: number;
              }[];
            }[];
            /** @constant */
            fallback?: 'former_model';
          }
        | {
            /** @constant */
            kind: 'set_temperature';
            temperature: number;
          }
        | {
            /** @constant */
            kind: 'set_tone';
            tone: string;
          }
        | {
            /** @constant */
            kind: 'set_words';
            words: number;
          }
        | {
            /** @constant */
            kind: 'set_structure';
            structure: string;
          }
        | {
            /** @constant */
            kind: 'set_quality_threshold';
            threshold: number;
          }
        | {
            /** @constant */
            kind: 'set_cache';
            /** @enum {string} */
            strategy: 'off' | 'exact' | 'semantic';
            timeToLiveMs: number;
            similarity: number;
            /** @enum {string} */
            key?: 'normalised' | 'sets' | 'words';
          }
        | {
            /** @constant */
            kind: 'set_prompt_order';
            /** @constant */
            order: 'stable_first';
          };
      /** @enum {string} */
      metric: 'time' | 'cost' | 'tokens' | 'quality' | 'qualitySpread' | 'success' | 'cacheHits' | 'satisfaction';
      current: string;
      target: string;
      support: {
        comments: number;
        raters: number;
      };
      id: string;
      /** @enum {string} */
      status: 'proposed' | 'on_trial' | 'permanent' | 'rolled_back' | 'refused';
      /** @description epoch milliseconds */
      proposedAt: number;
      experimentId: string | null;
      impact: {
        quality: {
          value: number;
          lower: number;
          upper: number;
        };
        engagement: {
          value: number;
          lower: number;
          upper: number;
        };
        satisfaction: {
          value: number;
          lower: number;
          upper: number;
        };
      } | null;
      reason: string | null;
      endedAt: number | null;
      /** @description ids of the decisions about it */
      eventIds: string[];
      /** @description true where it comes from the sandbox */
      simulated: boolean;
    };
    Anomaly: {
      anomalyId: string;
      /** @enum {string} */
      rule: 'slow_generation' | 'low_quality' | 'high_cost' | 'failures';
      /** @enum {string} */
      severity: 'warning' | 'critical';
      contentType: string;
      model: string;
      value: number;
      baseline: number;
      threshold: number;
      affected: number;
      of: number;
      since: number;
      id: string;
      /** @enum {string} */
      status: 'open' | 'resolved';
      /** @description epoch milliseconds */
      detectedAt: number;
      action: ('open_incident' | 'trip_breaker' | 'regenerate' | 'retest_improvement' | 'roll_back_improvement') | null;
      target: string | null;
      resolvedAt: number | null;
      lastedMs: number | null;
      /** @description ids of the decisions about it */
      events: string[];
      /** @description true where it comes from the sandbox */
      simulated: boolean;
    };
    Baseline: {
      id: string;
      contentType: string;
      model: string;
      /** @description epoch milliseconds */
      updatedAt: number;
      generations: number;
      metrics: {
        [key: string]: {
          n: number;
          median: number | null;
        };
      };
      /** @description true where it comes from the sandbox */
      simulated: boolean;
    };
    Checkpoint: {
      /** @constant */
      version: 1;
      seq: number;
      hash: string;
      partitions: {
        [key: string]: {
          /** @description the offset after the last event that the hash covers */
          end: number;
          /** @description SHA-256 of the hash before and the digest of each event, from the first one on */
          hash: string;
        };
      };
      /** @description epoch milliseconds */
      at: number;
      /**
       * @description the log is not what was signed before, and somebody went on all the same: earlier ones hold no more
       * @constant
       */
      afterLoss?: true;
      /** @description Ed25519, 32 bytes, base64url */
      publicKey: string;
      /** @description Ed25519 over the canonical bytes of all the rest; base64url */
      signature: string;
    };
    Content: {
      id: string;
      /** @enum {string} */
      status: 'accepted' | 'generating' | 'generated' | 'failed';
      brief: components['schemas']['Brief'];
      contentType: string;
      /** @description `extras`: what other steps made to be delivered, by step */
      content?: {
        title?: string;
        body: string;
        extras?: {
          [key: string]: string;
        };
      };
      quality?: {
        score: number;
        lower: number;
        upper: number;
        measures: {
          lengthFit: number;
          keyPointCoverage: number;
          keywordCoverage: number;
          toneFit: number;
          languageFit: number;
          grammar: number;
          readability: number;
          structure: number;
          repetition: number;
          groundedness: number;
        };
        /** @description score by measures of which none judges a choice among drafts that it took part in; none where nothing was chosen */
        impartial?: number;
        /** @description the same of the choice among the first draft alone, among the first two, and so on to all of them; none where one was made */
        byDrafts?: number[];
      };
      usage: {
        tokensIn: number;
        tokensOut: number;
        calls: number;
        cost: number;
        timeMs: number;
        waitMs: number;
        /** @enum {string} */
        cache: 'off' | 'miss' | 'exact' | 'semantic';
      };
      /** @description version */
      recipe: string | null;
      holdback: boolean;
      exposures: {
        experiment: string;
        /** @enum {string} */
        variant: 'control' | 'treatment';
        epoch: number;
      }[];
      /** @description in force for it */
      improvements?: string[];
      /** @description each attempt to call a model for it */
      calls?: {
        step: string;
        provider: string;
        model: string;
        /** @description 0 for an answer from the cache */
        attempt: number;
        tokensIn: number;
        tokensOut: number;
        tokensCached?: number;
        tokensCacheWrite?: number;
        cost: number;
        timeToFirstTokenMs: number;
        timeMs: number;
        waitMs: number;
        /** @enum {string} */
        outcome:
          | 'ok'
          | 'rate_limited'
          | 'timeout'
          | 'server_error'
          | 'connection'
          | 'malformed_reply'
          | 'content_filter'
          | 'bad_request'
          | 'authentication'
          | 'unknown_model'
          | 'budget_exhausted'
          | 'circuit_open'
          | 'cancelled';
        /** @enum {string} */
        cache: 'off' | 'miss' | 'exact' | 'semantic';
        similarity?: number;
        servedFrom?: {
          madeFor: string;
          scope: string;
        };
        /** @constant */
        hedged?: true;
      }[];
      revised?: boolean;
      /** @description delivered although it stayed below the quality threshold */
      belowThreshold?: boolean;
      /**
       * @description its model had no more room for it, also when given twice as much
       * @constant
       */
      truncated?: true;
      /** @description what its models put around their texts, and was taken off */
      unwrapped?: ('thoughts' | 'channels' | 'tokens' | 'preamble' | 'fence')[];
      /** @description where it broke the brand's rules at first, and still does */
      brand?: {
        found: {
          /** @enum {string} */
          rule: 'banned' | 'wrong_term' | 'wrong_form';
          found: string;
          use?: string;
        }[];
        left: {
          /** @enum {string} */
          rule: 'banned' | 'wrong_term' | 'wrong_form';
          found: string;
          use?: string;
        }[];
      };
      /** @description the earlier content of its batch that it nearly repeats */
      nearDuplicate?: {
        of: string;
        similarity: number;
      };
      /** @description the batch that it came in, and where it stood in it */
      batch?: {
        id: string;
        line: number;
      };
      batchId: string | null;
      /** @description the key that asked for it */
      keyId?: string;
      /** @description never shown: what brief and content are opened from */
      personal?: {
        /** @description pseudonym of the person, by which their key is found */
        subject: string;
        /** @description AES-256-GCM under the key of the person; nonce, tag and text, base64url */
        sealed: string;
      };
      /**
       * @description about a person: sent anew as it is shown, its words would stand in clear
       * @constant
       */
      sealed?: true;
      /**
       * @description whom it is about is forgotten: its words nobody can read any more
       * @constant
       */
      forgotten?: true;
      /** @description true where it comes from the sandbox */
      simulated: boolean;
      error?: {
        /** @description class */
        failure: string;
        message: string;
      };
      /** @description epoch milliseconds */
      acceptedAt: number;
      /** @description epoch milliseconds */
      endedAt?: number;
    };
    /** @description Brief */
    Brief: {
      /** @description one of the registered content types */
      contentType: string;
      topic: string;
      audience?: string;
      tone?: string;
      /** @description words */
      length?: number;
      keyPoints?: string[];
      keywords?: string[];
      language?: string;
      reference?: string;
      /** @description what whoever asks wants kept to, beside the recipe: said to the model as the system, never shown to readers */
      instructions?: string;
      metadata?: {
        [key: string]: unknown;
      };
    };
    ContentRow: {
      id: string;
      /** @enum {string} */
      status: 'accepted' | 'generating' | 'generated' | 'failed';
      contentType: string;
      /** @description version */
      recipe: string | null;
      holdback: boolean;
      /** @description delivered although it stayed below the quality threshold */
      belowThreshold?: boolean;
      /** @description true where it comes from the sandbox */
      simulated: boolean;
      error?: {
        /** @description class */
        failure: string;
        message: string;
      };
      /** @description epoch milliseconds */
      acceptedAt: number;
      /** @description epoch milliseconds */
      endedAt?: number;
      topic: string;
      /** @description that were called for it */
      models: string[];
      score: number | null;
      /** @description US dollars */
      cost: number;
      timeMs: number;
      tokens: number;
      experiments: number;
    };
    /** @description A brief, and how its content is made and told of */
    ContentRequest: {
      /** @description one of the registered content types */
      contentType: string;
      topic: string;
      audience?: string;
      tone?: string;
      /** @description words */
      length?: number;
      keyPoints?: string[];
      keywords?: string[];
      language?: string;
      reference?: string;
      /** @description what whoever asks wants kept to, beside the recipe: said to the model as the system, never shown to readers */
      instructions?: string;
      /** @description at most 16 levels deep, 1000 keys, 20000 characters in one text, 65536 characters in all */
      metadata?: {
        [key: string]: unknown;
      };
      /** @description told when the content is ready */
      webhook?: string;
      /**
       * @description no answer from the cache
       * @constant
       */
      cache?: 'off';
      /** @description whose budget it is charged to */
      caller?: string;
      /** @description whom the brief is about: its words, and what is made of them, are sealed under the key of this person */
      subject?: string;
      /** @description what making it may cost at most, in US dollars; no more than the configured `budgets.perBriefUsd` */
      maxCostUsd?: number;
    };
    ContentTrace: {
      id: string;
      /** @description version */
      recipe: string | null;
      /** @description made anew from its recipe and brief, without what steps before it wrote; null where its recipe is not known */
      prompts:
        | {
            step: string;
            model: string;
            messages: {
              /** @enum {string} */
              role: 'system' | 'user';
              content: string;
            }[];
          }[]
        | null;
      /** @description null where it was made before calls were kept with it */
      calls:
        | {
            step: string;
            provider: string;
            model: string;
            /** @description 0 for an answer from the cache */
            attempt: number;
            tokensIn: number;
            tokensOut: number;
            tokensCached?: number;
            tokensCacheWrite?: number;
            cost: number;
            timeToFirstTokenMs: number;
            timeMs: number;
            waitMs: number;
            /** @enum {string} */
            outcome:
              | 'ok'
              | 'rate_limited'
              | 'timeout'
              | 'server_error'
              | 'connection'
              | 'malformed_reply'
              | 'content_filter'
              | 'bad_request'
              | 'authentication'
              | 'unknown_model'
              | 'budget_exhausted'
              | 'circuit_open'
              | 'cancelled';
            /** @enum {string} */
            cache: 'off' | 'miss' | 'exact' | 'semantic';
            similarity?: number;
            servedFrom?: {
              madeFor: string;
              scope: string;
            };
            /** @constant */
            hedged?: true;
          }[]
        | null;
      /** @description true where it comes from the sandbox */
      simulated: boolean;
    };
    Decision: {
      id: string;
      type: string;
      source: string;
      subject: string;
      time: number;
      seq: number;
      /** @description ImprovementApplied */
      name: string;
      contentType: string | null;
      /** @description as the event of this name has it; in lists without the evidence */
      data: unknown;
      previousHash: string;
      hash: string;
      /** @description true where it comes from the sandbox */
      simulated: boolean;
    };
    Documentation: {
      /** @description true where it comes from the sandbox */
      simulated: boolean;
      /** @description epoch milliseconds */
      at: number;
      sections: {
        title: string;
        sentences: {
          text: string;
          /** @description epoch milliseconds */
          time: number;
          events: string[];
        }[];
      }[];
    };
    Experiment: {
      experimentId: string;
      origin: {
        /** @enum {string} */
        kind: 'hypothesis' | 'adjustment' | 'retest';
        id: string;
      };
      contentType: string;
      /** @enum {string} */
      lever: 'prompt' | 'workflow' | 'model' | 'cache' | 'style' | 'quality';
      change:
        | {
            /** @constant */
            kind: 'replace_instructions';
            instructions: string;
          }
        | {
            /** @constant */
            kind: 'set_examples';
            examples: {
              brief: string;
              text: string;
            }[];
          }
        | {
            /** @constant */
            kind: 'run_in_parallel';
            parallel: boolean;
          }
        | {
            /** @constant */
            kind: 'drop_step';
            step: string;
          }
        | {
            /** @constant */
            kind: 'set_candidates';
            candidates: number;
          }
        | {
            /** @constant */
            kind: 'join_workflow';
            changes: (
              | {
                  /** @constant */
                  kind: 'run_in_parallel';
                  parallel: boolean;
                }
              | {
                  /** @constant */
                  kind: 'drop_step';
                  step: string;
                }
              | {
                  /** @constant */
                  kind: 'set_candidates';
                  candidates: number;
                }
            )[];
          }
        | {
            /** @constant */
            kind: 'use_model';
            model: string;
            step?: string;
            /** @constant */
            fallback?: 'former_model';
          }
        | {
            /** @constant */
            kind: 'route_models';
            routing: {
              keyPoints: number | null;
              words: number | null;
              shares: {
                model: string;
                share: number;
              }[];
            }[];
            /** @constant */
            fallback?: 'former_model';
          }
        | {
            /** @constant */
            kind: 'set_temperature';
            temperature: number;
          }
        | {
            /** @constant */
            kind: 'set_tone';
            tone: string;
          }
        | {
            /** @constant */
            kind: 'set_words';
            words: number;
          }
        | {
            /** @constant */
            kind: 'set_structure';
            structure: string;
          }
        | {
            /** @constant */
            kind: 'set_quality_threshold';
            threshold: number;
          }
        | {
            /** @constant */
            kind: 'set_cache';
            /** @enum {string} */
            strategy: 'off' | 'exact' | 'semantic';
            timeToLiveMs: number;
            similarity: number;
            /** @enum {string} */
            key?: 'normalised' | 'sets' | 'words';
          }
        | {
            /** @constant */
            kind: 'set_prompt_order';
            /** @constant */
            order: 'stable_first';
          };
      /** @enum {string} */
      metric: 'time' | 'cost' | 'tokens' | 'quality' | 'qualitySpread' | 'success' | 'cacheHits' | 'satisfaction';
      design: {
        /** @description its level from the lifetime error control */
        alpha: number;
        minimumImprovement: number;
        unitsPerArm: number;
        horizonMs: number;
        /** @description a full cycle where its metric is seasonal: success and futility wait for it */
        minimumRunMs: number;
        longestMs: number;
        lookEveryMs: number;
        fewestUnits: number;
        ramp: number[];
        rampStepMs: number;
        /** @description of both arms, by which a margin is shown to be kept where there is no loss; the rest go by the horizon */
        guardrailUnits?: {
          [key: string]: number;
        };
        lossForeseen?: number;
        /** @description what it may be won by, its own metric first; where there are none, by that alone */
        aims?: ('time' | 'cost' | 'tokens' | 'quality' | 'qualitySpread' | 'success' | 'cacheHits' | 'satisfaction')[];
        stopping: string;
        guardrails: {
          quality: number;
          success: number;
          cost: number;
          time: number;
          satisfaction: number;
        };
      };
      registration: string;
      /** @enum {string} */
      status: 'registered' | 'running' | 'concluded' | 'void';
      /** @description epoch milliseconds */
      registeredAt: number;
      /** @description epoch milliseconds */
      startedAt?: number;
      /** @description the number of its last look */
      looks: number;
      /** @description epoch milliseconds */
      concludedAt?: number;
      /** @enum {string} */
      verdict?: 'treatment' | 'control' | 'none' | 'void';
      /** @enum {string} */
      reason?:
        | 'success'
        | 'harm'
        | 'futility'
        | 'horizon'
        | 'guardrail'
        | 'sample_ratio'
        | 'operator'
        | 'superseded'
        | 'recipe_replaced'
        | 'interaction'
        | 'margin_spent';
      /** @description two-sided, of this verdict; none in events of earlier releases */
      level?: number;
      /**
       * @description of these, what there is most evidence for
       * @enum {string}
       */
      aim?: 'time' | 'cost' | 'tokens' | 'quality' | 'qualitySpread' | 'success' | 'cacheHits' | 'satisfaction';
      /** @description relative change of its metric at its end */
      effect?: {
        value: number;
        lower: number;
        upper: number;
      };
      /** @description that it stands on */
      units?: number;
      /** @description with what was tested beside it and came first */
      interactions?: {
        /** @description the other experiment */
        concurrentExperiment: string;
        /** @enum {string} */
        stands: 'in_force' | 'looked_at';
        /** @enum {string} */
        metric: 'time' | 'cost' | 'tokens' | 'quality' | 'qualitySpread' | 'success' | 'cacheHits' | 'satisfaction';
        effect: {
          value: number;
          lower: number;
          upper: number;
        };
      }[];
      id: string;
      lastLook: {
        id: string;
        look: number;
        /** @description epoch milliseconds */
        lookedAt: number;
        metrics: {
          [key: string]: {
            control: {
              n: number;
              mean: number;
            };
            treatment: {
              n: number;
              mean: number;
            };
            relative: {
              value: number;
              lower: number;
              upper: number;
            };
            p: number;
          };
        };
        units?: number;
      } | null;
      /** @description true where it comes from the sandbox */
      simulated: boolean;
    };
    FailureAnalysis: {
      generations: number;
      failed: number;
      rate: number | null;
      patterns: {
        /** @description class */
        failure: string;
        provider: string;
        model: string;
        step: string;
        /** @description what differs from case to case left out */
        message: string;
        count: number;
        /** @description epoch milliseconds */
        first: number;
        /** @description epoch milliseconds */
        last: number;
        /** @description some of the content items it happened to */
        contentIds: string[];
      }[];
      rootCauses: {
        attribute: string;
        value: string;
        /** @description the other value that must be met */
        and: {
          attribute: string;
          value: string;
        } | null;
        generations: number;
        failed: number;
        rate: number;
        /** @description 95 %, Wilson’s */
        interval: [number, number];
        /** @description how many times the rate of all others */
        lift: number | null;
        /** @description share of all generations that lie here */
        support: number;
        /** @description share of all failures that lie here */
        explains: number;
        /** @description that it fails more often than the others: 1 − one-sided p, corrected for the search */
        confidence: number;
      }[];
      recommendations: {
        /** @enum {string} */
        action:
          | 'switch_provider'
          | 'switch_model'
          | 'retest_recipe'
          | 'review_step'
          | 'split_request'
          | 'review_content_type'
          | 'add_capacity'
          | 'raise_budget'
          | 'fix_configuration';
        attribute: string;
        target: string;
        reason: string;
        confidence: number;
        /** @description share of failures that would go with it */
        explains: number;
      }[];
      /** @description epoch milliseconds */
      from: number;
      /** @description epoch milliseconds */
      to: number;
      /** @description true where it comes from the sandbox */
      simulated: boolean;
    };
    Forecast: {
      for: number;
      expected: number;
      lower: number;
      upper: number;
      forecaster: string;
      planned?: number;
      id: string;
      /** @description epoch milliseconds */
      madeAt: number;
      /** @enum {string} */
      status: 'open' | 'graded';
      actual?: number;
      error?: number;
      lastValueError?: number;
      covered?: boolean;
      demoted?: boolean;
      eventId: string;
      /** @description true where it comes from the sandbox */
      simulated: boolean;
    };
    Improvement: {
      improvementId: string;
      experimentId: string;
      contentType: string;
      /** @enum {string} */
      lever: 'prompt' | 'workflow' | 'model' | 'cache' | 'style' | 'quality';
      change:
        | {
            /** @constant */
            kind: 'replace_instructions';
            instructions: string;
          }
        | {
            /** @constant */
            kind: 'set_examples';
            examples: {
              brief: string;
              text: string;
            }[];
          }
        | {
            /** @constant */
            kind: 'run_in_parallel';
            parallel: boolean;
          }
        | {
            /** @constant */
            kind: 'drop_step';
            step: string;
          }
        | {
            /** @constant */
            kind: 'set_candidates';
            candidates: number;
          }
        | {
            /** @constant */
            kind: 'join_workflow';
            changes: (
              | {
                  /** @constant */
                  kind: 'run_in_parallel';
                  parallel: boolean;
                }
              | {
                  /** @constant */
                  kind: 'drop_step';
                  step: string;
                }
              | {
                  /** @constant */
                  kind: 'set_candidates';
                  candidates: number;
                }
            )[];
          }
        | {
            /** @constant */
            kind: 'use_model';
            model: string;
            step?: string;
            /** @constant */
            fallback?: 'former_model';
          }
        | {
            /** @constant */
            kind: 'route_models';
            routing: {
              keyPoints: number | null;
              words: number | null;
              shares: {
                model: string;
                share: number;
              }[];
            }[];
            /** @constant */
            fallback?: 'former_model';
          }
        | {
            /** @constant */
            kind: 'set_temperature';
            temperature: number;
          }
        | {
            /** @constant */
            kind: 'set_tone';
            tone: string;
          }
        | {
            /** @constant */
            kind: 'set_words';
            words: number;
          }
        | {
            /** @constant */
            kind: 'set_structure';
            structure: string;
          }
        | {
            /** @constant */
            kind: 'set_quality_threshold';
            threshold: number;
          }
        | {
            /** @constant */
            kind: 'set_cache';
            /** @enum {string} */
            strategy: 'off' | 'exact' | 'semantic';
            timeToLiveMs: number;
            similarity: number;
            /** @enum {string} */
            key?: 'normalised' | 'sets' | 'words';
          }
        | {
            /** @constant */
            kind: 'set_prompt_order';
            /** @constant */
            order: 'stable_first';
          };
      /** @description prompt_optimization, workflow_optimization, … */
      type: string;
      impact: {
        [key: string]: {
          value: number;
          lower: number;
          upper: number;
        };
      };
      summary: string;
      /** @description generations */
      learnedFrom: number;
      costToFind: number;
      /**
       * @description where its trial left them: what it uses of the margins against generation 0
       * @default {}
       */
      guardrails: {
        [key: string]: {
          margin: number;
          effect: number;
          /** @description standard error of the effect; 0 while nothing is known */
          error: number;
          isShown: boolean;
          left?: number;
        };
      };
      expiresAt: number;
      /** @enum {string} */
      status: 'applied' | 'confirmed' | 'rolled_back' | 'expired';
      /** @enum {string} */
      origin: 'hypothesis' | 'adjustment';
      /** @description how often its change was revised since */
      revision?: number;
      /**
       * @description more units go without it, until its guardrails are shown to be kept
       * @default false
       */
      isPartial: boolean;
      /** @description epoch milliseconds */
      appliedAt: number;
      /** @description epoch milliseconds */
      endedAt?: number;
      endReason?: string;
      doubt?: {
        /** @enum {string} */
        cause: 'anomaly' | 'rollback';
        id: string;
        /** @enum {string} */
        action: 'retest_improvement' | 'roll_back_improvement';
      };
      /** @description since when it waits to be tested again */
      expiredAt?: number;
      /** @description why it is to be tested again, while it waits for that */
      retestFor?: string;
      id: string;
      account: {
        costToFind: number;
        /** @description what of it went into drafts and trials on held-out briefs */
        screening: number;
        experiments: string[];
        /** @description made with it */
        generations: number;
        /** @description since it was applied, shrunk */
        saved: {
          value: number;
          lower: number;
          upper: number;
        } | null;
        /** @description the same as measured */
        savedRaw: number | null;
        /** @description at the rate so far; null while it saves nothing */
        paysBackOn: number | null;
        /** @description relative, on its metric, for the better above 0; shrunk */
        effect: {
          value: number;
          lower: number;
          upper: number;
        } | null;
        effectRaw: number | null;
        /** @description the experiment that says so */
        effectFrom: string | null;
      } | null;
      prediction: {
        improvementId: string;
        /** @description relative, for the better above 0, shrunk */
        predicted: {
          effect: number;
          error: number;
        };
        observed: {
          effect: number;
          error: number;
        };
        isRolledBack: boolean;
      } | null;
      /** @description true where it comes from the sandbox */
      simulated: boolean;
    };
    Incident: {
      cause: {
        /** @enum {string} */
        kind: 'provider' | 'model' | 'improvement' | 'budget' | 'scaling' | 'autonomy';
        /** @description its name or id; of a budget its account, of scaling what carries it out */
        of: string;
        percent?: 80 | 100;
        /** @description of UTC */
        day?: string;
      };
      /** @enum {string} */
      severity: 'warning' | 'critical';
      since: number;
      /** @description the first */
      alerts: {
        id: string;
        /** @enum {string} */
        kind: 'anomaly' | 'rollback' | 'budget' | 'scaling' | 'autonomy';
        /** @enum {string} */
        severity: 'warning' | 'critical';
        at: number;
        /** @enum {string} */
        rule?: 'slow_generation' | 'low_quality' | 'high_cost' | 'failures';
        contentType?: string;
        model?: string;
        affected?: number;
        of?: number;
        /**
         * @description what was done about it
         * @enum {string}
         */
        action?: 'open_incident' | 'trip_breaker' | 'regenerate' | 'retest_improvement' | 'roll_back_improvement';
        /** @description to what */
        target?: string;
        limitUsd?: number;
        spentUsd?: number;
        /** @description instances */
        from?: number;
        /** @description instances */
        to?: number;
        by?: string;
      }[];
      /** @description of alerts */
      count: number;
      id: string;
      /** @enum {string} */
      status: 'open' | 'resolved';
      /** @description epoch milliseconds */
      openedAt: number;
      /** @description how often its cause came back */
      reopened: number;
      resolvedAt: number | null;
      lastedMs: number | null;
      /** @description ids of the decisions about it */
      events: string[];
      title: string;
      /** @description its cause */
      why: string;
      /** @description what was done about it */
      done: string;
      /** @description how to take that back, or what is left to a person */
      undo: string;
      /** @description POST it, with a reason */
      undoRoute?: string;
      notifications: {
        id: string;
        incidentId: string;
        /** @description as the configuration names it */
        channel: string;
        /** @enum {string} */
        about: 'opened' | 'over';
        /**
         * @description failing: it is tried again
         * @enum {string}
         */
        status: 'sent' | 'failing' | 'failed';
        /** @description epoch milliseconds */
        at: number;
        attempts: number;
        /** @description why it failed */
        reason: string | null;
      }[];
      /** @description true where it comes from the sandbox */
      simulated: boolean;
    };
    Learning: {
      ratings: number;
      /** @description mean absolute error of ratings predicted before they came, against how many had been seen */
      curve: {
        from: number;
        to: number;
        n: number;
        error: number;
        /** @description of the mean of all ratings before, as a forecast */
        meanError: number;
      }[];
      error: {
        first: number | null;
        now: number | null;
      };
      contentTypes: {
        contentType: string;
        ratings: number;
        mean: number;
        positive: number;
        negative: number;
        patterns: {
          positive: {
            [key: string]: number;
          };
          negative: {
            [key: string]: number;
          };
          suggestions: {
            [key: string]: number;
          };
        };
        regret: {
          total: number;
          perRating: number;
          best: string | null;
        };
        recipes: {
          /** @description version */
          recipe: string;
          ratings: number;
          mean: number;
        }[];
      }[];
      /** @description true where it comes from the sandbox */
      simulated: boolean;
    };
    MetricsSeries: {
      /** @description epoch milliseconds */
      from: number;
      /** @description epoch milliseconds */
      to: number;
      contentType?: string;
      model?: string;
      stepMs: number;
      items: {
        content: {
          accepted: number;
          generated: number;
          failed: number;
          successRate: number | null;
          successInterval: [number, number] | null;
          /** @description by class */
          failures: {
            [key: string]: number;
          };
          words: components['schemas']['MetricSummary'];
        };
        performance: {
          timeMs: {
            n: number;
            mean: number | null;
            sd: number | null;
            lower: number | null;
            upper: number | null;
            p50: number | null;
            p95: number | null;
          };
          waitMs: components['schemas']['MetricSummary'];
          tokens: components['schemas']['MetricSummary'];
          calls: components['schemas']['MetricSummary'];
          retries: components['schemas']['MetricSummary'];
          cacheHitRate: number | null;
        };
        quality: {
          score: components['schemas']['MetricSummary'];
          engagement: components['schemas']['MetricSummary'];
        };
        cost: {
          total: number;
          perGeneration: components['schemas']['MetricSummary'];
          /** @description all spending, that on failures included */
          perSuccess: number | null;
        };
        /** @description epoch milliseconds */
        from: number;
        contentType?: string;
        model?: string;
        provider?: string;
        /** @description of calls that name no use: key:ID, or user: and the pseudonym of whom they are for */
        caller?: string;
      }[];
      next: null;
      /** @description true where it comes from the sandbox */
      simulated: boolean;
    };
    /** @description A metric over generations, with the 95 % interval of its mean at one look, by Student’s t; null of fewer than two */
    MetricSummary: {
      n: number;
      mean: number | null;
      sd: number | null;
      lower: number | null;
      upper: number | null;
    };
    MetricsSummary: {
      content: {
        accepted: number;
        generated: number;
        failed: number;
        successRate: number | null;
        successInterval: [number, number] | null;
        /** @description by class */
        failures: {
          [key: string]: number;
        };
        words: components['schemas']['MetricSummary'];
      };
      performance: {
        timeMs: {
          n: number;
          mean: number | null;
          sd: number | null;
          lower: number | null;
          upper: number | null;
          p50: number | null;
          p95: number | null;
        };
        waitMs: components['schemas']['MetricSummary'];
        tokens: components['schemas']['MetricSummary'];
        calls: components['schemas']['MetricSummary'];
        retries: components['schemas']['MetricSummary'];
        cacheHitRate: number | null;
      };
      quality: {
        score: components['schemas']['MetricSummary'];
        engagement: components['schemas']['MetricSummary'];
      };
      cost: {
        total: number;
        perGeneration: components['schemas']['MetricSummary'];
        /** @description all spending, that on failures included */
        perSuccess: number | null;
      };
      /** @description epoch milliseconds */
      from: number;
      /** @description epoch milliseconds */
      to: number;
      contentType?: string;
      model?: string;
      /** @enum {string} */
      by?: 'contentType' | 'model' | 'provider' | 'caller';
      groups?: {
        content: {
          accepted: number;
          generated: number;
          failed: number;
          successRate: number | null;
          successInterval: [number, number] | null;
          /** @description by class */
          failures: {
            [key: string]: number;
          };
          words: components['schemas']['MetricSummary'];
        };
        performance: {
          timeMs: {
            n: number;
            mean: number | null;
            sd: number | null;
            lower: number | null;
            upper: number | null;
            p50: number | null;
            p95: number | null;
          };
          waitMs: components['schemas']['MetricSummary'];
          tokens: components['schemas']['MetricSummary'];
          calls: components['schemas']['MetricSummary'];
          retries: components['schemas']['MetricSummary'];
          cacheHitRate: number | null;
        };
        quality: {
          score: components['schemas']['MetricSummary'];
          engagement: components['schemas']['MetricSummary'];
        };
        cost: {
          total: number;
          perGeneration: components['schemas']['MetricSummary'];
          /** @description all spending, that on failures included */
          perSuccess: number | null;
        };
        contentType?: string;
        model?: string;
        provider?: string;
        /** @description of calls that name no use: key:ID, or user: and the pseudonym of whom they are for */
        caller?: string;
      }[];
      /** @description true where it comes from the sandbox */
      simulated: boolean;
    };
    /** @description In OpenAI’s form and in Anthropic’s; when it was made is not known, and 0 */
    Model: {
      id: string;
      /** @constant */
      object: 'model';
      created: number;
      owned_by: string;
      /** @constant */
      type: 'model';
      display_name: string;
      created_at: string;
    };
    ModelOutcomes: {
      /** @description content type */
      id: string;
      /** @description epoch milliseconds */
      gradedUntil: number;
      models: {
        [key: string]: {
          generations: number;
          lastPredicted: {
            cost: {
              value: number;
              lower: number;
              upper: number;
            };
            timeMs: {
              value: number;
              lower: number;
              upper: number;
            };
            quality: {
              value: number;
              lower: number;
              upper: number;
            };
          };
          lastObserved: {
            cost: number;
            timeMs: number;
            quality: number;
          };
          calibration: {
            cost: {
              forecasts: number;
              /** @description of the 95 % intervals, the share that held what came */
              coverage: number;
              /** @description mean of what came less what was predicted, as a share of that */
              bias: number;
            };
            timeMs: {
              forecasts: number;
              /** @description of the 95 % intervals, the share that held what came */
              coverage: number;
              /** @description mean of what came less what was predicted, as a share of that */
              bias: number;
            };
            quality: {
              forecasts: number;
              /** @description of the 95 % intervals, the share that held what came */
              coverage: number;
              /** @description mean of what came less what was predicted, as a share of that */
              bias: number;
            };
          };
        };
      };
      /** @description true where it comes from the sandbox */
      simulated: boolean;
    };
    Proposal: {
      /** @description of the hypothesis, the adjustment, or the improvement that is to be tested again */
      id: string;
      /** @enum {string} */
      kind: 'hypothesis' | 'adjustment' | 'retest';
      /**
       * @description for a person; by one; its lever acts by itself, or not at all; by a person, or nobody answered
       * @enum {string}
       */
      status: 'waiting' | 'approved' | 'queued' | 'refused';
      contentType: string;
      /** @enum {string} */
      lever: 'prompt' | 'workflow' | 'model' | 'cache' | 'style' | 'quality';
      change:
        | {
            /** @constant */
            kind: 'replace_instructions';
            instructions: string;
          }
        | {
            /** @constant */
            kind: 'set_examples';
            examples: {
              brief: string;
              text: string;
            }[];
          }
        | {
            /** @constant */
            kind: 'run_in_parallel';
            parallel: boolean;
          }
        | {
            /** @constant */
            kind: 'drop_step';
            step: string;
          }
        | {
            /** @constant */
            kind: 'set_candidates';
            candidates: number;
          }
        | {
            /** @constant */
            kind: 'join_workflow';
            changes: (
              | {
                  /** @constant */
                  kind: 'run_in_parallel';
                  parallel: boolean;
                }
              | {
                  /** @constant */
                  kind: 'drop_step';
                  step: string;
                }
              | {
                  /** @constant */
                  kind: 'set_candidates';
                  candidates: number;
                }
            )[];
          }
        | {
            /** @constant */
            kind: 'use_model';
            model: string;
            step?: string;
            /** @constant */
            fallback?: 'former_model';
          }
        | {
            /** @constant */
            kind: 'route_models';
            routing: {
              keyPoints: number | null;
              words: number | null;
              shares: {
                model: string;
                share: number;
              }[];
            }[];
            /** @constant */
            fallback?: 'former_model';
          }
        | {
            /** @constant */
            kind: 'set_temperature';
            temperature: number;
          }
        | {
            /** @constant */
            kind: 'set_tone';
            tone: string;
          }
        | {
            /** @constant */
            kind: 'set_words';
            words: number;
          }
        | {
            /** @constant */
            kind: 'set_structure';
            structure: string;
          }
        | {
            /** @constant */
            kind: 'set_quality_threshold';
            threshold: number;
          }
        | {
            /** @constant */
            kind: 'set_cache';
            /** @enum {string} */
            strategy: 'off' | 'exact' | 'semantic';
            timeToLiveMs: number;
            similarity: number;
            /** @enum {string} */
            key?: 'normalised' | 'sets' | 'words';
          }
        | {
            /** @constant */
            kind: 'set_prompt_order';
            /** @constant */
            order: 'stable_first';
          };
      metric:
        ('time' | 'cost' | 'tokens' | 'quality' | 'qualitySpread' | 'success' | 'cacheHits' | 'satisfaction') | null;
      why: string;
      /** @description relative, where it was estimated */
      expectedGain: number | null;
      /** @description epoch milliseconds */
      proposedAt: number;
      /** @description the experiment that it is on trial in */
      experimentId: string | null;
      /** @description when it is withdrawn unless somebody answers */
      answerUntil: number | null;
      answer: {
        /** @enum {string} */
        answer: 'approved' | 'refused' | 'expired';
        by: string;
        reason: string;
        /** @description epoch milliseconds */
        at: number;
      } | null;
      /** @description true where it comes from the sandbox */
      simulated: boolean;
    };
    Report: {
      /** @description true where it comes from the sandbox */
      simulated: boolean;
      /** @description epoch milliseconds */
      at: number;
      /** @description what was changed, what learning cost, what it saved, when it pays back, what was spent today */
      in_words: string[];
      /** @description all calls to models: of content, of trials, of calls passed on; by the day that their end was told of */
      spend: {
        /** @description the day (UTC) of the report */
        today: {
          /** @description epoch milliseconds */
          from: number;
          usd: number;
          calls: number;
          /** @description the dearest first */
          by_model: {
            provider: string | null;
            /** @description null for trials on held-out briefs, which are told as one sum */
            model: string | null;
            usd: number;
            calls: number;
            /** @description no price of it is known: an expensive one stands in */
            is_estimate: boolean;
          }[];
        };
        /** @description the month (UTC) of the report */
        month: {
          /** @description epoch milliseconds */
          from: number;
          usd: number;
          calls: number;
          /** @description the dearest first */
          by_model: {
            provider: string | null;
            /** @description null for trials on held-out briefs, which are told as one sum */
            model: string | null;
            usd: number;
            calls: number;
            /** @description no price of it is known: an expensive one stands in */
            is_estimate: boolean;
          }[];
        };
        /** @description those of the last 31 with spending */
        days: {
          /** @description epoch milliseconds */
          from: number;
          usd: number;
          calls: number;
        }[];
        months: {
          /** @description epoch milliseconds */
          from: number;
          usd: number;
          calls: number;
        }[];
      };
      system_evolution: {
        initial_performance: components['schemas']['ReportedFigures'];
        current_performance: components['schemas']['ReportedFigures'];
        improvements_applied: {
          type: string;
          /** @description in words */
          impact: string;
          learned_from: string;
          /** @enum {string} */
          status: 'applied' | 'confirmed' | 'rolled_back' | 'expired';
          id: string;
          content_type: string;
          /** @enum {string} */
          lever: 'prompt' | 'workflow' | 'model' | 'cache' | 'style' | 'quality';
          change:
            | {
                /** @constant */
                kind: 'replace_instructions';
                instructions: string;
              }
            | {
                /** @constant */
                kind: 'set_examples';
                examples: {
                  brief: string;
                  text: string;
                }[];
              }
            | {
                /** @constant */
                kind: 'run_in_parallel';
                parallel: boolean;
              }
            | {
                /** @constant */
                kind: 'drop_step';
                step: string;
              }
            | {
                /** @constant */
                kind: 'set_candidates';
                candidates: number;
              }
            | {
                /** @constant */
                kind: 'join_workflow';
                changes: (
                  | {
                      /** @constant */
                      kind: 'run_in_parallel';
                      parallel: boolean;
                    }
                  | {
                      /** @constant */
                      kind: 'drop_step';
                      step: string;
                    }
                  | {
                      /** @constant */
                      kind: 'set_candidates';
                      candidates: number;
                    }
                )[];
              }
            | {
                /** @constant */
                kind: 'use_model';
                model: string;
                step?: string;
                /** @constant */
                fallback?: 'former_model';
              }
            | {
                /** @constant */
                kind: 'route_models';
                routing: {
                  keyPoints: number | null;
                  words: number | null;
                  shares: {
                    model: string;
                    share: number;
                  }[];
                }[];
                /** @constant */
                fallback?: 'former_model';
              }
            | {
                /** @constant */
                kind: 'set_temperature';
                temperature: number;
              }
            | {
                /** @constant */
                kind: 'set_tone';
                tone: string;
              }
            | {
                /** @constant */
                kind: 'set_words';
                words: number;
              }
            | {
                /** @constant */
                kind: 'set_structure';
                structure: string;
              }
            | {
                /** @constant */
                kind: 'set_quality_threshold';
                threshold: number;
              }
            | {
                /** @constant */
                kind: 'set_cache';
                /** @enum {string} */
                strategy: 'off' | 'exact' | 'semantic';
                timeToLiveMs: number;
                similarity: number;
                /** @enum {string} */
                key?: 'normalised' | 'sets' | 'words';
              }
            | {
                /** @constant */
                kind: 'set_prompt_order';
                /** @constant */
                order: 'stable_first';
              };
          /** @description on its metric, relative, for the better above 0; shrunk towards what experiments usually bring, `effect_raw` as measured */
          effect: {
            value: number;
            lower: number;
            upper: number;
          } | null;
          effect_raw: number | null;
          /** @description on every metric, as its experiment measured them; not shrunk */
          effects: {
            [key: string]: {
              value: number;
              lower: number;
              upper: number;
            };
          };
          cost_to_find: number;
          /** @description of it, for prompts that were drafted and tried on held-out briefs */
          screening: number;
          failed_predecessors: number;
          generations: number;
          saved: {
            value: number;
            lower: number;
            upper: number;
          } | null;
          saved_raw: number | null;
          pays_back_on: number | null;
          /** @description epoch milliseconds */
          applied_at: number;
          ended_at: number | null;
          end_reason: string | null;
          events: {
            seq: number;
            event: string;
            name: string;
            /** @description epoch milliseconds */
            time: number;
          }[];
        }[];
        autonomous_decisions: number;
        human_interventions: number;
        learning_cycles: number;
        cost_savings: string;
        /** @description over how long initial and current performance are compared */
        window: {
          /** @description epoch milliseconds */
          from: number;
          /** @description epoch milliseconds */
          to: number;
        };
        /**
         * @description what there is to compare: nothing is claimed of a change before there is one
         * @enum {string}
         */
        changes: 'none_yet' | 'none_in_force' | 'in_force';
        /** @description valid at every look of a day; null where it is too early */
        intervals: {
          initial: {
            avg_generation_time: {
              value: number;
              lower: number;
              upper: number;
            } | null;
            quality_score: {
              value: number;
              lower: number;
              upper: number;
            } | null;
            cost_per_content: {
              value: number;
              lower: number;
              upper: number;
            } | null;
            success_rate: {
              value: number;
              lower: number;
              upper: number;
            } | null;
          };
          current: {
            avg_generation_time: {
              value: number;
              lower: number;
              upper: number;
            } | null;
            quality_score: {
              value: number;
              lower: number;
              upper: number;
            } | null;
            cost_per_content: {
              value: number;
              lower: number;
              upper: number;
            } | null;
            success_rate: {
              value: number;
              lower: number;
              upper: number;
            } | null;
          };
        };
        /** @description (current − initial) ÷ initial; null also while nothing is in force */
        change: {
          avg_generation_time: {
            value: number;
            lower: number;
            upper: number;
          } | null;
          quality_score: {
            value: number;
            lower: number;
            upper: number;
          } | null;
          cost_per_content: {
            value: number;
            lower: number;
            upper: number;
          } | null;
          success_rate: {
            value: number;
            lower: number;
            upper: number;
          } | null;
        };
        /** @description weight of each content type: its share of the briefs of both arms */
        mix: {
          [key: string]: number;
        };
        /** @description content types that one arm has no success of: in no figure */
        left_out: string[];
        generations: {
          holdback: number;
          current: number;
        };
        /** @description null where nothing was ever changed, or it is too early */
        cost_savings_estimate: {
          value: number;
          lower: number;
          upper: number;
        } | null;
        payback: {
          /**
           * @description what the intervals allow to say of whether learning has come back
           * @enum {string}
           */
          status: 'nothing_changed' | 'too_early' | 'pays_back' | 'paid_back' | 'not_in_sight';
          /** @description when it will at the rate of the last hours, or did */
          at: number | null;
          /** @description saved in a day at the rate of the last six hours */
          per_day: {
            value: number;
            lower: number;
            upper: number;
          } | null;
        };
        counters: {
          autonomous_decisions: {
            count: number;
            /** @description how many of each event type */
            events: {
              [key: string]: number;
            };
          };
          human_interventions: {
            count: number;
            /** @description how many of each event type */
            events: {
              [key: string]: number;
            };
          };
          learning_cycles: {
            count: number;
            /** @description how many of each event type */
            events: {
              [key: string]: number;
            };
          };
        };
        /** @description by content type and metric: what the changes in force have used of its margin against generation 0 */
        margins: {
          [key: string]: {
            [key: string]: {
              effect: number;
              /** @description standard error of the effect */
              error: number;
              margin: number;
              /** @description of the margin, by what the changes in force are taken to cost; more than the margin where they gain */
              left: number;
              changes: {
                effect: number;
                /** @description standard error of the effect */
                error: number;
                improvementId: string;
              }[];
            };
          };
        };
        /** @description recipes that a person changed: their own word, of which no margin is used and nothing is claimed */
        by_the_operator: {
          seq: number;
          event: string;
          name: string;
          /** @description epoch milliseconds */
          time: number;
          content_type: string;
          /** @description version */
          from: string;
          /** @description version */
          to: string;
          parts: string[];
          /** @description improvements that stay, and are tested again */
          carried: string[];
          /** @description improvements in parts that the operator changed */
          ended: string[];
        }[];
        rollbacks: {
          seq: number;
          event: string;
          name: string;
          /** @description epoch milliseconds */
          time: number;
          improvementId: string;
          reason: string;
          /** @enum {string} */
          by: 'system' | 'person';
        }[];
        refuted_hypotheses: {
          seq: number;
          event: string;
          name: string;
          /** @description epoch milliseconds */
          time: number;
          hypothesisId: string;
          experimentId: string;
          reason: string;
        }[];
        void_decisions: number;
        /** @description since the beginning: briefs that ended without content, and what they cost */
        paid_for_nothing: {
          /** @description by a person: in no other figure */
          cancelled: {
            briefs: number;
            spending: number;
          };
          /** @description for good, those given up after several attempts among them: in the cost per content too */
          failed: {
            briefs: number;
            spending: number;
          };
        };
        learning_cost: {
          experiments: number;
          exposures: number;
          /** @description of units in experiments */
          spending: number;
          /** @description what treatments cost beyond their controls */
          extra: number;
          /** @description of the day (UTC) of the report, as the learning budget counts it */
          today: number;
          /** @description the most that budget allows; null without a limit */
          most_a_day: number | null;
          /** @description what trying new prompts on held-out briefs cost */
          screening: number;
        };
        ledger_entries: number;
      };
    };
    /** @description means as they are, however few they are of; null of none */
    ReportedFigures: {
      avg_generation_time: number | null;
      quality_score: number | null;
      cost_per_content: number | null;
      success_rate: number | null;
    };
    ReportSeries: {
      /** @description true where it comes from the sandbox */
      simulated: boolean;
      hours: {
        /** @description epoch milliseconds */
        from: number;
        initial: {
          avg_generation_time: {
            value: number;
            lower: number;
            upper: number;
          } | null;
          quality_score: {
            value: number;
            lower: number;
            upper: number;
          } | null;
          cost_per_content: {
            value: number;
            lower: number;
            upper: number;
          } | null;
          success_rate: {
            value: number;
            lower: number;
            upper: number;
          } | null;
        };
        current: {
          avg_generation_time: {
            value: number;
            lower: number;
            upper: number;
          } | null;
          quality_score: {
            value: number;
            lower: number;
            upper: number;
          } | null;
          cost_per_content: {
            value: number;
            lower: number;
            upper: number;
          } | null;
          success_rate: {
            value: number;
            lower: number;
            upper: number;
          } | null;
        };
        rating: {
          initial: {
            value: number;
            lower: number;
            upper: number;
          } | null;
          current: {
            value: number;
            lower: number;
            upper: number;
          } | null;
        };
        /** @description null for hours with nothing but the holdback */
        learning: {
          /** @description times that a content was on an unproven treatment, or went without what is tested again; one on two trials counts twice */
          treated: number;
          /** @description outside the holdback */
          contents: number;
          /** @description points lost, over all contents, as the screenings of what was on trial foretold; 0 where nothing was */
          quality_expected: number;
          /** @description points lost against the other arm, over all contents, 95 %; below 0 where trying already bettered */
          quality: {
            value: number;
            lower: number;
            upper: number;
          } | null;
          /** @description US dollars that the treated cost beyond the others; below 0 where trying already saved */
          cost: number;
        } | null;
      }[];
      load: {
        /** @description epoch milliseconds */
        from: number;
        accepted: number;
        instances: number;
      }[];
      learning: {
        /** @description epoch milliseconds */
        time: number;
        concluded: number;
        inForce: number;
      }[];
      /** @description epoch milliseconds */
      at: number;
    };
    Scaling: {
      from: number;
      to: number;
      /** @enum {string} */
      reason: 'predicted_high_load' | 'current_high_load' | 'low_utilization' | 'operator';
      experiments: string[];
      id: string;
      /** @description epoch milliseconds */
      at: number;
      /** @enum {string} */
      status: 'decided' | 'executed' | 'failed';
      executor?: string;
      /** @description epoch milliseconds */
      endedAt?: number;
      error?: string;
      eventId: string;
      /** @description true where it comes from the sandbox */
      simulated: boolean;
    };
    State: {
      position: number;
      /** @description Policy */
      policy: {
        /** @default {} */
        experiments: {
          /**
           * @description two-sided error of one experiment, at most
           * @default 0.05
           */
          alpha: number;
          /**
           * @description error over all hypotheses ever tested
           * @default 0.05
           */
          falseDiscoveryLevel: number;
          /**
           * @description least relative improvement that is worth an experiment
           * @default 0.1
           */
          minimumImprovement: number;
          /**
           * @description points out of 10: the same for quality, which has an end
           * @default 0.3
           */
          minimumQualityGain: number;
          /**
           * @description planned length
           * @default 3600000
           */
          horizonMs: number;
          /**
           * @description milliseconds, after which there is a verdict
           * @default 86400000
           */
          longestMs: number;
          /** @default {} */
          season: {
            /**
             * @description an experiment on a metric with a season runs for a full cycle at least
             * @default true
             */
            enabled: boolean;
            /**
             * @description whole days, a week at most
             * @default 86400000
             */
            cycleMs: number;
          };
          /**
           * @description chance to see the least improvement, where it is there
           * @default 0.8
           */
          power: number;
          /**
           * @description milliseconds between looks at a running experiment
           * @default 600000
           */
          lookEveryMs: number;
          /**
           * @description per arm, before any verdict
           * @default 50
           */
          minUnits: number;
          /**
           * @description share of treatment, step by step
           * @default [
           *       0.05,
           *       0.25,
           *       0.5
           *     ]
           */
          ramp: number[];
          /**
           * @description milliseconds on a step of the ramp, at least
           * @default 600000
           */
          rampStepMs: number;
          /**
           * @description what becomes of a winner of which a trial could not show that success or satisfaction, which few units tell of, keep their margin; of length, structure and tone satisfaction must be shown, or a person asked
           * @default partial_rollout
           * @enum {string}
           */
          unshown: 'longer_trial' | 'partial_rollout' | 'person';
          /**
           * @description share of treatment that a ramp may begin with at most, on a lever that brings what is predicted
           * @default 0.25
           */
          blastRadius: number;
        };
        /**
         * @description of units, on generation 0 for ever
         * @default 0.05
         */
        holdbackShare: number;
        /**
         * @description of units, without an improvement that is in force
         * @default 0.05
         */
        reverseHoldbackShare: number;
        /** @default {} */
        guardrails: {
          /**
           * @description points out of 10
           * @default 0.3
           */
          qualityMargin: number;
          /**
           * @description share of generations that succeed
           * @default 0.02
           */
          successMargin: number;
          /**
           * @description relative
           * @default 0.1
           */
          costMargin: number;
          /**
           * @description relative
           * @default 0.1
           */
          timeMargin: number;
          /**
           * @description points out of 5
           * @default 0.15
           */
          satisfactionMargin: number;
        };
        /** @default {} */
        watch: {
          /**
           * @description milliseconds between looks at an improvement in force
           * @default 600000
           */
          lookEveryMs: number;
          /**
           * @description milliseconds in force, at least
           * @default 14400000
           */
          confirmAfterMs: number;
          /**
           * @description milliseconds in force, then it is tested again
           * @default 604800000
           */
          expiresAfterMs: number;
          /**
           * @description chance that one look takes out an improvement that does no harm, at most: over all metrics and spans of time
           * @default 0.003
           */
          alpha: number;
          /**
           * @description chance that all evidence since its trial ever takes out an improvement that does no harm, at most
           * @default 0.05
           */
          harmAlpha: number;
          /**
           * @description of units, without an improvement while it is not shown that all its guardrails are kept
           * @default 0.1
           */
          partialRolloutShare: number;
          /**
           * @description milliseconds of a partial roll-out, unless something speaks against the improvement
           * @default 21600000
           */
          partialRolloutMs: number;
        };
        /** @default {} */
        hypotheses: {
          /**
           * @description of a generation, above which shorter prompts are proposed
           * @default 1000
           */
          averageTokens: number;
          /**
           * @description milliseconds of a generation, above which quicker ways are proposed
           * @default 30000
           */
          averageTimeMs: number;
          /**
           * @description above which what makes it steadier is proposed
           * @default 0.2
           */
          qualityVariance: number;
          /**
           * @description below which other ways to cache are proposed
           * @default 0.3
           */
          cacheHitRate: number;
          /**
           * @description milliseconds that are looked back on
           * @default 3600000
           */
          windowMs: number;
          /**
           * @description of a content type, before anything is proposed
           * @default 50
           */
          minGenerations: number;
          /**
           * @description milliseconds between decisions what to propose
           * @default 300000
           */
          cycleEveryMs: number;
          /**
           * @description before a refused wish of readers may return; a refuted hypothesis returns when its context has changed
           * @default 86400000
           */
          cooldownMs: number;
          /**
           * @description milliseconds that a proposal waits for a person, before it is withdrawn and its lever is free
           * @default 259200000
           */
          answerWithinMs: number;
        };
        /** @default {} */
        learningBudget: {
          /**
           * @description of a content type, in experiments
           * @default 0.9
           */
          trafficShare: number;
          /**
           * @description at most
           * @default 12
           */
          concurrentExperiments: number;
          /**
           * @description most money a day (UTC) that treated units may cost beyond their controls, and new prompts to try; null for no limit
           * @default null
           */
          spending: number | null;
          /**
           * @description points out of 10 that the contents of a type are expected to lose on average, at most, by all trials of screened changes that run at once
           * @default 0.2
           */
          qualityLoss: number;
          /**
           * @description of what a content type costs a day, for prompts and other changes tried on held-out briefs
           * @default 0.06
           */
          screeningShare: number;
        };
        /** @default {} */
        objective: {
          /**
           * @description of sharing briefs among models
           * @default weighted
           * @enum {string}
           */
          goal: 'weighted' | 'minimise_cost' | 'maximise_quality';
          /**
           * @description weight
           * @default 0.5
           */
          quality: number;
          /**
           * @description weight
           * @default 0.3
           */
          cost: number;
          /**
           * @description weight
           * @default 0.2
           */
          time: number;
          /**
           * @description mean score, points out of 10
           * @default null
           */
          minQuality: number | null;
          /**
           * @description of one content, in USD
           * @default null
           */
          maxCost: number | null;
        };
        /** @default {} */
        allocation: {
          /**
           * @description of each segment, spread over all models
           * @default 0.05
           */
          explorationShare: number;
          /**
           * @description after which a generation counts half
           * @default 21600000
           */
          halfLifeMs: number;
          /**
           * @description and shares follow; in whole half hours
           * @default 3600000
           */
          gradeEveryMs: number;
          /**
           * @description of a model, before it is more than explored
           * @default 50
           */
          minGenerations: number;
          /**
           * @description the same while an allocation is in force: quicker, so that it follows what the models become
           * @default {}
           */
          inForce: {
            /**
             * @description of each segment, spread over all models
             * @default 0.02
             */
            explorationShare: number;
            /**
             * @description after which a generation counts half
             * @default 10800000
             */
            halfLifeMs: number;
            /**
             * @description and shares follow; in whole half hours
             * @default 1800000
             */
            gradeEveryMs: number;
            /**
             * @description of a model, before it is more than explored
             * @default 10
             */
            minGenerations: number;
          };
        };
        /** @default {} */
        anomalies: {
          /**
           * @description times the baseline
           * @default 2
           */
          slowGeneration: number;
          /**
           * @description times the baseline
           * @default 0.8
           */
          lowQuality: number;
          /**
           * @description times the baseline
           * @default 1.5
           */
          highCost: number;
          /**
           * @description generations, before there is a baseline
           * @default 50
           */
          minForBaseline: number;
          /**
           * @description milliseconds between looks for anomalies
           * @default 60000
           */
          checkEveryMs: number;
          /**
           * @description of the last minutes’ generations that breach a rule
           * @default 0.2
           */
          opensAtShare: number;
          /**
           * @description milliseconds that a rule looks back on
           * @default 600000
           */
          windowMs: number;
          /**
           * @description milliseconds without a breach
           * @default 1200000
           */
          resolvesAfterMs: number;
          /**
           * @description of a model that fails far more than usual, where no improvement is to blame: an incident alone, or calls to it are held back too; of use where the gateway has fallbacks
           * @default open_incident
           * @enum {string}
           */
          onFailures: 'open_incident' | 'trip_breaker';
          /**
           * @description milliseconds that calls to it are held back
           * @default 300000
           */
          tripForMs: number;
        };
        /** @default {} */
        incidents: {
          /**
           * @description milliseconds without an alert, after which an incident is over
           * @default 600000
           */
          resolvesAfterMs: number;
          /**
           * @description milliseconds within which a cause that comes back is the same incident, and nobody is told again
           * @default 21600000
           */
          repeatAfterMs: number;
        };
        /** @default {} */
        feedback: {
          /**
           * @description rating that counts as a good one, in what was learned
           * @default 4
           */
          positiveFrom: number;
          /**
           * @description rating that counts as a bad one, in what was learned
           * @default 2
           */
          negativeTo: number;
          /**
           * @description that name the same wish, before it is proposed
           * @default 20
           */
          minComments: number;
          /**
           * @description who name it
           * @default 10
           */
          minRaters: number;
          /**
           * @description milliseconds between decisions what to propose and keep
           * @default 600000
           */
          learnEveryMs: number;
          /**
           * @description points out of 10, by which a wish for quality raises the threshold
           * @default 0.5
           */
          thresholdStep: number;
        };
        /** @default {} */
        scaling: {
          /**
           * @description milliseconds between decisions how many instances there shall be
           * @default 60000
           */
          checkEveryMs: number;
          /**
           * @description milliseconds ahead that load is forecast
           * @default 1800000
           */
          horizonMs: number;
          /**
           * @description of load that no instance is there for, in the cost of an instance that idles for as much; the forecast's share 1 − 1 ÷ it is provided for
           * @default 7
           */
          unservedCost: number;
          /**
           * @description of the capacity, which the load shall not exceed
           * @default 0.8
           */
          targetUtilization: number;
          /** @default {} */
          scaleUp: {
            /**
             * @description above which there is one more
             * @default 0.8
             */
            cpu: number;
            /**
             * @description above which there is one more
             * @default 0.85
             */
            memory: number;
            /**
             * @description briefs that wait, above which there is one more
             * @default 50
             */
            queue: number;
            /**
             * @description milliseconds, above which there is one more
             * @default 5000
             */
            responseTimeMs: number;
          };
          /** @default {} */
          scaleDown: {
            /**
             * @description one fewer only below it
             * @default 0.2
             */
            cpu: number;
            /**
             * @description one fewer only below it
             * @default 0.3
             */
            memory: number;
            /**
             * @description briefs that wait; one fewer only below it
             * @default 5
             */
            queue: number;
            /**
             * @description milliseconds; one fewer only below it
             * @default 1000
             */
            responseTimeMs: number;
          };
          /**
           * @description at least
           * @default 1
           */
          minInstances: number;
          /**
           * @description at most
           * @default 20
           */
          maxInstances: number;
          /**
           * @description milliseconds between changes, before more are started
           * @default 120000
           */
          cooldownUpMs: number;
          /**
           * @description milliseconds between changes, before some are stopped
           * @default 600000
           */
          cooldownDownMs: number;
          /**
           * @description of machines beyond what the usage needs, when a machine type is chosen
           * @default 0.2
           */
          headroom: number;
          /**
           * @description milliseconds between forecasts
           * @default 300000
           */
          forecastEveryMs: number;
          /**
           * @description milliseconds between choices of the machine type
           * @default 3600000
           */
          reconfigureEveryMs: number;
          /**
           * @description the first is the one in use at the start
           * @default []
           */
          machineTypes: {
            name: string;
            /** @description cores */
            cpu: number;
            memoryMb: number;
            callsAtOnce: number;
            usdPerHour: number;
          }[];
        };
        /** @default {} */
        quality: {
          /**
           * @description points out of 10, by which it rises
           * @default 0.5
           */
          thresholdStep: number;
          /**
           * @description points out of 10
           * @default 10
           */
          maxThreshold: number;
          /**
           * @description threshold rises only while fewer than this would be revised
           * @default 0.1
           */
          maxRevisedShare: number;
          /**
           * @description milliseconds between rises, at least
           * @default 21600000
           */
          raiseEveryMs: number;
        };
        /** @default {} */
        cache: {
          /**
           * @description of the answers found by meaning, made again to be compared
           * @default 0.05
           */
          auditShare: number;
          /**
           * @description of the answers found by meaning, wrong ones at most
           * @default 0.01
           */
          wrongHitShare: number;
          /**
           * @description until so many are judged, only near-identical requests share
           * @default 30
           */
          minAudited: number;
          /**
           * @description two-sided error of the wrong share, over all looks together
           * @default 0.05
           */
          alpha: number;
          /**
           * @description watched: given until too many are seen to be wrong; shown: given by a threshold of each entry, once it is shown that no more than `wrongHitShare` are wrong
           * @default watched
           * @enum {string}
           */
          guarantee: 'watched' | 'shown';
        };
        /** @default {} */
        personalData: {
          /**
           * @description since a person was last heard, when what is theirs becomes unreadable; null until they ask
           * @default null
           */
          retentionDays: number | null;
        };
        /**
         * @description by lever; apply where left out
         * @default {}
         */
        autonomy: {
          [key: string]: 'observe' | 'propose' | 'apply';
        };
        /**
         * @description by name, of calls that are passed on: what is measured and tried; a use that is not here is counted alone
         * @default {}
         */
        uses: {
          [key: string]: {
            /**
             * @description answers are measured as they pass, and their figures kept; never their words
             * @default true
             */
            measureTexts: boolean;
            /**
             * @description asked for by the calls that are experimented with; null for none: then nothing is tried
             * @default null
             */
            model: string | null;
            /**
             * @description offered ones that may be tried in its place
             * @default []
             */
            models: string[];
            /**
             * @description that those calls ask for, most of them
             * @default 1
             */
            temperature: number;
            /**
             * @description that may be tried in its place
             * @default []
             */
            temperatures: number[];
            /**
             * @description whether it may be tried to put instructions that come back word for word before those that change, for what the provider's cache of prompts saves
             * @default false
             */
            stablePromptFirst: boolean;
          };
        };
        /**
         * @description in which nothing is applied or put to the test
         * @default []
         */
        freezeWindows: (
          | {
              /** Format: date-time */
              from: string;
              /** Format: date-time */
              until: string;
            }
          | {
              /** @description HH:MM, UTC */
              from: string;
              /** @description HH:MM, UTC */
              until: string;
            }
        )[];
      };
      policyVersion: string;
      autonomy: {
        /** @enum {string} */
        state: 'running' | 'paused';
        levers: {
          [key: string]: 'observe' | 'propose' | 'apply';
        };
        reason: string;
        /** @description end of the freeze window that it is in: until then nothing is applied or put to the test */
        frozenUntil: number | null;
      };
      instances: number;
      contentTypes: {
        contentType: string;
        /** @description version */
        generation0: string;
        /** @description version */
        recipe: string;
        inForce: {
          contentType: string;
          prompt: {
            instructions: string;
            /** @default [] */
            examples: {
              brief: string;
              text: string;
            }[];
            template?: string;
          };
          steps: {
            id: string;
            instruction: string;
            /** @default [] */
            needs: string[];
            maxOutputTokens: number;
            model?: string;
            fallbacks?: string[];
            temperature?: number;
            timeoutMs?: number;
            when?: {
              briefHas?: ('audience' | 'tone' | 'length' | 'keyPoints' | 'keywords' | 'language' | 'reference')[];
              languageOtherThan?: string;
              qualityBelow?: {
                step: string;
                score?: number;
              };
            };
            revises?: string;
            sectionsOf?: {
              step: string;
              fromWords?: number;
            };
            language?: string;
          }[];
          output: {
            body: string;
            title?: string;
            extras?: string[];
            schema?: {
              [key: string]: unknown;
            };
          };
          /** @default false */
          parallel: boolean;
          /** @default 1 */
          candidates: number;
          model: string;
          routing?: {
            keyPoints: number | null;
            words: number | null;
            shares: {
              model: string;
              share: number;
            }[];
          }[];
          /** @default 0.7 */
          temperature: number;
          /** @default {} */
          style: {
            tone?: string;
            words?: number;
            structure?: string;
          };
          /** @default 0 */
          qualityThreshold: number;
          deadlineMs?: number;
          /** @default {} */
          cache: {
            /**
             * @default exact
             * @enum {string}
             */
            strategy: 'off' | 'exact' | 'semantic';
            /** @default 86400000 */
            timeToLiveMs: number;
            /** @default 0.95 */
            similarity: number;
            /** @enum {string} */
            key?: 'normalised' | 'sets' | 'words';
          };
          /** @constant */
          passedOn?: true;
          /** @constant */
          promptOrder?: 'stable_first';
        };
        improvements: {
          improvementId: string;
          /** @enum {string} */
          status: 'applied' | 'confirmed' | 'rolled_back' | 'expired';
          /** @enum {string} */
          lever: 'prompt' | 'workflow' | 'model' | 'cache' | 'style' | 'quality';
          summary: string;
          change:
            | {
                /** @constant */
                kind: 'replace_instructions';
                instructions: string;
              }
            | {
                /** @constant */
                kind: 'set_examples';
                examples: {
                  brief: string;
                  text: string;
                }[];
              }
            | {
                /** @constant */
                kind: 'run_in_parallel';
                parallel: boolean;
              }
            | {
                /** @constant */
                kind: 'drop_step';
                step: string;
              }
            | {
                /** @constant */
                kind: 'set_candidates';
                candidates: number;
              }
            | {
                /** @constant */
                kind: 'join_workflow';
                changes: (
                  | {
                      /** @constant */
                      kind: 'run_in_parallel';
                      parallel: boolean;
                    }
                  | {
                      /** @constant */
                      kind: 'drop_step';
                      step: string;
                    }
                  | {
                      /** @constant */
                      kind: 'set_candidates';
                      candidates: number;
                    }
                )[];
              }
            | {
                /** @constant */
                kind: 'use_model';
                model: string;
                step?: string;
                /** @constant */
                fallback?: 'former_model';
              }
            | {
                /** @constant */
                kind: 'route_models';
                routing: {
                  keyPoints: number | null;
                  words: number | null;
                  shares: {
                    model: string;
                    share: number;
                  }[];
                }[];
                /** @constant */
                fallback?: 'former_model';
              }
            | {
                /** @constant */
                kind: 'set_temperature';
                temperature: number;
              }
            | {
                /** @constant */
                kind: 'set_tone';
                tone: string;
              }
            | {
                /** @constant */
                kind: 'set_words';
                words: number;
              }
            | {
                /** @constant */
                kind: 'set_structure';
                structure: string;
              }
            | {
                /** @constant */
                kind: 'set_quality_threshold';
                threshold: number;
              }
            | {
                /** @constant */
                kind: 'set_cache';
                /** @enum {string} */
                strategy: 'off' | 'exact' | 'semantic';
                timeToLiveMs: number;
                similarity: number;
                /** @enum {string} */
                key?: 'normalised' | 'sets' | 'words';
              }
            | {
                /** @constant */
                kind: 'set_prompt_order';
                /** @constant */
                order: 'stable_first';
              };
          /** @description epoch milliseconds */
          appliedAt: number;
          events: {
            seq: number;
            event: string;
            name: string;
            /** @description epoch milliseconds */
            time: number;
          }[];
        }[];
        experiments: {
          experimentId: string;
          /** @enum {string} */
          lever: 'prompt' | 'workflow' | 'model' | 'cache' | 'style' | 'quality';
          /** @enum {string} */
          metric: 'time' | 'cost' | 'tokens' | 'quality' | 'qualitySpread' | 'success' | 'cacheHits' | 'satisfaction';
          change:
            | {
                /** @constant */
                kind: 'replace_instructions';
                instructions: string;
              }
            | {
                /** @constant */
                kind: 'set_examples';
                examples: {
                  brief: string;
                  text: string;
                }[];
              }
            | {
                /** @constant */
                kind: 'run_in_parallel';
                parallel: boolean;
              }
            | {
                /** @constant */
                kind: 'drop_step';
                step: string;
              }
            | {
                /** @constant */
                kind: 'set_candidates';
                candidates: number;
              }
            | {
                /** @constant */
                kind: 'join_workflow';
                changes: (
                  | {
                      /** @constant */
                      kind: 'run_in_parallel';
                      parallel: boolean;
                    }
                  | {
                      /** @constant */
                      kind: 'drop_step';
                      step: string;
                    }
                  | {
                      /** @constant */
                      kind: 'set_candidates';
                      candidates: number;
                    }
                )[];
              }
            | {
                /** @constant */
                kind: 'use_model';
                model: string;
                step?: string;
                /** @constant */
                fallback?: 'former_model';
              }
            | {
                /** @constant */
                kind: 'route_models';
                routing: {
                  keyPoints: number | null;
                  words: number | null;
                  shares: {
                    model: string;
                    share: number;
                  }[];
                }[];
                /** @constant */
                fallback?: 'former_model';
              }
            | {
                /** @constant */
                kind: 'set_temperature';
                temperature: number;
              }
            | {
                /** @constant */
                kind: 'set_tone';
                tone: string;
              }
            | {
                /** @constant */
                kind: 'set_words';
                words: number;
              }
            | {
                /** @constant */
                kind: 'set_structure';
                structure: string;
              }
            | {
                /** @constant */
                kind: 'set_quality_threshold';
                threshold: number;
              }
            | {
                /** @constant */
                kind: 'set_cache';
                /** @enum {string} */
                strategy: 'off' | 'exact' | 'semantic';
                timeToLiveMs: number;
                similarity: number;
                /** @enum {string} */
                key?: 'normalised' | 'sets' | 'words';
              }
            | {
                /** @constant */
                kind: 'set_prompt_order';
                /** @constant */
                order: 'stable_first';
              };
          /** @enum {string} */
          status: 'registered' | 'running' | 'concluded' | 'void';
          startedAt: number | null;
          origin: {
            /** @enum {string} */
            kind: 'hypothesis' | 'adjustment' | 'retest';
            id: string;
          };
        }[];
        adjustments: {
          adjustmentId: string;
          /** @enum {string} */
          kind: 'modify_tone' | 'modify_length' | 'raise_quality_threshold' | 'reinforce_structure';
          /** @enum {string} */
          status: 'proposed' | 'on_trial' | 'permanent' | 'rolled_back' | 'refused';
          current: string;
          target: string;
        }[];
        /** @description by status */
        hypotheses: {
          [key: string]: number;
        };
      }[];
      openAnomalies: {
        anomalyId: string;
        /** @enum {string} */
        rule: 'slow_generation' | 'low_quality' | 'high_cost' | 'failures';
        /** @enum {string} */
        severity: 'warning' | 'critical';
        contentType: string;
        model: string;
        value: number;
        baseline: number;
        threshold: number;
        affected: number;
        of: number;
        since: number;
      }[];
      /** @description decisions that changed nothing */
      void: {
        seq: number;
        id: string;
        type: string;
        reason: string;
      }[];
      /** @description true where it comes from the sandbox */
      simulated: boolean;
      /** @description epoch milliseconds */
      at: number;
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  getAsyncapiJson: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The events, as AsyncAPI */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            asyncapi: string;
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getHealthLive: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The process lives */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @constant */
            status: 'live';
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getHealthReady: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The process can answer, and what it follows goes on */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @enum {string} */
            status: 'ready' | 'not ready';
            /** @description of one process */
            instance?: string;
            /** @description the version of one process */
            code?: string;
            /** @description of the whole system: services that do not answer */
            missing?: string[];
            /** @description why the log does not answer */
            log: string | null;
            /** @description why the server of documents does not answer */
            documents: string | null;
            /** @description folds and projections that have been on the same events for long */
            stalled: {
              name: string;
              /** @description epoch milliseconds */
              since: number;
              reason: string | null;
            }[];
            deadLetters: {
              open: number;
              first: {
                id: string;
                consumer: string;
                /** @description topic/partition/offset */
                place: string;
                event: string;
                reason: string;
              }[];
            };
          };
        };
      };
      /** @description The process can answer, and what it follows goes on */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @enum {string} */
            status: 'ready' | 'not ready';
            /** @description of one process */
            instance?: string;
            /** @description the version of one process */
            code?: string;
            /** @description of the whole system: services that do not answer */
            missing?: string[];
            /** @description why the log does not answer */
            log: string | null;
            /** @description why the server of documents does not answer */
            documents: string | null;
            /** @description folds and projections that have been on the same events for long */
            stalled: {
              name: string;
              /** @description epoch milliseconds */
              since: number;
              reason: string | null;
            }[];
            deadLetters: {
              open: number;
              first: {
                id: string;
                consumer: string;
                /** @description topic/partition/offset */
                place: string;
                event: string;
                reason: string;
              }[];
            };
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getMetrics: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Figures for Prometheus */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/plain': string;
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getOpenapiJson: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description This document */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            openapi: string;
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1Adjustments: {
    parameters: {
      query?: {
        limit?: number;
        after?: string;
        status?: 'proposed' | 'on_trial' | 'permanent' | 'rolled_back' | 'refused';
        contentType?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Changes that feedback proposed */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['Adjustment'][];
            next: string | null;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1Anomalies: {
    parameters: {
      query?: {
        limit?: number;
        after?: string;
        status?: 'open' | 'resolved';
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description What departs from the usual, and how it was handled */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['Anomaly'][];
            next: string | null;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1AnomaliesId: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description One anomaly, from its opening to its end */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Anomaly'];
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1Audit: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description How far the ledger has been checked by itself, and what differs */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /**
             * @description off where this process does not check: another one does, or there is no folder
             * @enum {string}
             */
            state: 'off' | 'waiting' | 'running' | 'verified' | 'differs' | 'failed';
            verifiedTo: {
              /** @description entries of the ledger that are as they ought to be */
              seq: number;
              /** @description when that was found, epoch milliseconds */
              at: number;
            } | null;
            /** @description entries of the ledger now */
            entries: number;
            differences: number;
            /** @description the first of them, in words; what failed, where the audit did */
            first: string | null;
            /** @description true where it comes from the sandbox */
            simulated: boolean;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1Autonomy: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description How far the system may change itself */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @enum {string} */
            state: 'running' | 'paused';
            levers: {
              [key: string]: 'observe' | 'propose' | 'apply';
            };
            reason: string;
            /** @description end of the freeze window that it is in: until then nothing is applied or put to the test */
            frozenUntil: number | null;
            /** @description true where it comes from the sandbox */
            simulated: boolean;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  putV1Autonomy: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** @description At most 16 MB; at most 64 levels deep, 200000 keys, 4194304 characters in one text, 16777216 characters in all. No NUL, no half of a surrogate pair, no key `__proto__`. */
    requestBody: {
      content: {
        'application/json': {
          /** @enum {string} */
          state?: 'running' | 'paused';
          levers?: {
            [key: string]: 'observe' | 'propose' | 'apply';
          };
          reason: string;
        };
      };
    };
    responses: {
      /** @description Says how far the system may change itself */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @enum {string} */
            state: 'running' | 'paused';
            levers: {
              [key: string]: 'observe' | 'propose' | 'apply';
            };
            reason: string;
            /** @description end of the freeze window that it is in: until then nothing is applied or put to the test */
            frozenUntil: number | null;
            /** @description true where it comes from the sandbox */
            simulated: boolean;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1Baselines: {
    parameters: {
      query?: {
        limit?: number;
        after?: string;
        contentType?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description What is usual, per content type and model */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['Baseline'][];
            next: string | null;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1Budgets: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The day's budgets: spent, reserved, left */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: {
              /** @description day, content-type/NAME or caller/NAME */
              account: string;
              /** @description US dollars */
              limitUsd: number;
              /** @description US dollars */
              spentUsd: number;
              /** @description US dollars */
              reservedUsd: number;
              /** @description US dollars */
              leftUsd: number;
            }[];
            next: string | null;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  postV1ChatCompletions: {
    parameters: {
      query?: never;
      header?: {
        /** @description the same key twice is done once and answered twice */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    /** @description At most 16 MB; at most 64 levels deep, 200000 keys, 4194304 characters in one text, 16777216 characters in all. No NUL, no half of a surrogate pair, no key `__proto__`. */
    requestBody: {
      content: {
        'application/json': {
          model: string;
          messages: ({
            role: string;
            content?:
              | (
                  | string
                  | (
                      | string
                      | ({
                          type?: string | null;
                          text?: string | null;
                        } & {
                          [key: string]: unknown;
                        })
                    )[]
                )
              | null;
            tool_calls?:
              | ({
                  id?: string | null;
                  function?:
                    | ({
                        name?: string | null;
                        arguments: unknown;
                      } & {
                        [key: string]: unknown;
                      })
                    | null;
                } & {
                  [key: string]: unknown;
                })[]
              | null;
            tool_call_id?: string | null;
          } & {
            [key: string]: unknown;
          })[];
          stream?: boolean | null;
          stream_options?:
            | ({
                include_usage?: boolean | null;
              } & {
                [key: string]: unknown;
              })
            | null;
          max_tokens?: number | null;
          max_completion_tokens?: number | null;
          n?: number | null;
          temperature?: number | null;
          top_p?: number | null;
          seed?: number | null;
          user?: string | null;
          stop?: (string | string[]) | null;
          response_format?:
            | ({
                type?: string | null;
                json_schema?:
                  | ({
                      schema?: {
                        [key: string]: unknown;
                      } | null;
                    } & {
                      [key: string]: unknown;
                    })
                  | null;
              } & {
                [key: string]: unknown;
              })
            | null;
          tools?:
            | ({
                type?: string | null;
                function?:
                  | ({
                      name: string;
                      description?: string | null;
                      parameters?: {
                        [key: string]: unknown;
                      } | null;
                    } & {
                      [key: string]: unknown;
                    })
                  | null;
              } & {
                [key: string]: unknown;
              })[]
            | null;
          tool_choice?:
            | (
                | string
                | ({
                    function?:
                      | ({
                          name: string;
                        } & {
                          [key: string]: unknown;
                        })
                      | null;
                  } & {
                    [key: string]: unknown;
                  })
              )
            | null;
        } & {
          [key: string]: unknown;
        };
      };
    };
    responses: {
      /** @description OpenAI's chat completions, streaming included */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            id: string;
            /** @constant */
            object: 'chat.completion';
            model: string;
            choices: ({
              index: number;
              message: {
                role: string;
              } & {
                [key: string]: unknown;
              };
            } & {
              [key: string]: unknown;
            })[];
            usage: {
              prompt_tokens: number;
              completion_tokens: number;
              total_tokens: number;
            } & {
              [key: string]: unknown;
            };
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1Checkpoints: {
    parameters: {
      query?: {
        limit?: number;
        after?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description What was signed, the latest first */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: {
              /** @constant */
              version: 1;
              seq: number;
              hash: string;
              partitions: {
                [key: string]: {
                  /** @description the offset after the last event that the hash covers */
                  end: number;
                  /** @description SHA-256 of the hash before and the digest of each event, from the first one on */
                  hash: string;
                };
              };
              /** @description epoch milliseconds */
              at: number;
              /**
               * @description the log is not what was signed before, and somebody went on all the same: earlier ones hold no more
               * @constant
               */
              afterLoss?: true;
              /** @description Ed25519, 32 bytes, base64url */
              publicKey: string;
              /** @description Ed25519 over the canonical bytes of all the rest; base64url */
              signature: string;
            }[];
            next: string | null;
            /** @description that signs now; null where the installation has none */
            publicKey: string | null;
            /** @description true where it comes from the sandbox */
            simulated: boolean;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  postV1Checkpoints: {
    parameters: {
      query?: never;
      header?: {
        /** @description the same key twice is done once and answered twice */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Signs all that the log holds now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Checkpoint'];
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  postV1Completions: {
    parameters: {
      query?: never;
      header?: {
        /** @description the same key twice is done once and answered twice */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    /** @description At most 16 MB; at most 64 levels deep, 200000 keys, 4194304 characters in one text, 16777216 characters in all. No NUL, no half of a surrogate pair, no key `__proto__`. */
    requestBody: {
      content: {
        'application/json': {
          model: string;
          prompt?: (string | string[] | number[] | number[][]) | null;
          max_tokens?: number | null;
          n?: number | null;
          best_of?: number | null;
          stream?: boolean | null;
          stream_options?:
            | ({
                include_usage?: boolean | null;
              } & {
                [key: string]: unknown;
              })
            | null;
          stop?: (string | string[]) | null;
          temperature?: number | null;
          top_p?: number | null;
          seed?: number | null;
          user?: string | null;
        } & {
          [key: string]: unknown;
        };
      };
    };
    responses: {
      /** @description OpenAI's completions of a text, streaming included */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            id: string;
            /** @constant */
            object: 'text_completion';
            choices: ({
              index: number;
              text: string;
            } & {
              [key: string]: unknown;
            })[];
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1Content: {
    parameters: {
      query?: {
        limit?: number;
        after?: string;
        status?: 'accepted' | 'generating' | 'generated' | 'failed';
        contentType?: string;
        batch?: string;
        recipe?: string;
        from?: string;
        to?: string;
        search?: string;
        model?: string;
        key?: string;
        minScore?: number;
        maxScore?: number;
        minCost?: number;
        maxCost?: number;
        view?: 'whole' | 'row';
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Content, the latest first; what is searched for may take several pages to be found */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: (components['schemas']['Content'] | components['schemas']['ContentRow'])[];
            next: string | null;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  postV1Content: {
    parameters: {
      query?: never;
      header?: {
        /** @description the same key twice is done once and answered twice */
        'Idempotency-Key'?: string;
        /** @description wait=SECONDS */
        Prefer?: string;
      };
      path?: never;
      cookie?: never;
    };
    /** @description At most 16 MB; at most 64 levels deep, 200000 keys, 4194304 characters in one text, 16777216 characters in all. No NUL, no half of a surrogate pair, no key `__proto__`. */
    requestBody: {
      content: {
        'application/json': components['schemas']['ContentRequest'];
      };
    };
    responses: {
      /** @description Takes a brief; with `Prefer: wait=SECONDS`, answers with its content if it is made by then */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Content'];
        };
      };
      /** @description Takes a brief; with `Prefer: wait=SECONDS`, answers with its content if it is made by then */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            id: string;
            /** @constant */
            status: 'accepted';
            /** @description true where it comes from the sandbox */
            simulated: boolean;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1ContentId: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description One content item */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Content'];
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  postV1ContentIdCancel: {
    parameters: {
      query?: never;
      header?: {
        /** @description the same key twice is done once and answered twice */
        'Idempotency-Key'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    /** @description At most 16 MB; at most 64 levels deep, 200000 keys, 4194304 characters in one text, 16777216 characters in all. No NUL, no half of a surrogate pair, no key `__proto__`. */
    requestBody: {
      content: {
        'application/json': {
          /** @default nobody wants it any more */
          reason?: string;
        };
      };
    };
    responses: {
      /** @description Ends a brief that has no result yet, as failed with the class `cancelled`; a repeat changes nothing */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Content'];
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  postV1ContentIdEngagement: {
    parameters: {
      query?: never;
      header?: {
        /** @description the same key twice is done once and answered twice */
        'Idempotency-Key'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    /** @description At most 16 MB; at most 64 levels deep, 200000 keys, 4194304 characters in one text, 16777216 characters in all. No NUL, no half of a surrogate pair, no key `__proto__`. */
    requestBody: {
      content: {
        'application/json': {
          /** @enum {string} */
          kind: 'impression' | 'click' | 'share' | 'conversion' | 'dwell';
          value?: number;
          rater?: string;
        };
      };
    };
    responses: {
      /** @description What a reader did with it */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            id: string;
            contentId: string;
            /** @description true where it comes from the sandbox */
            simulated: boolean;
            /** @enum {string} */
            kind: 'impression' | 'click' | 'share' | 'conversion' | 'dwell';
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1ContentIdEvents: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description What happens to a content item, as server-sent events; ends with its result */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/event-stream': string;
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  postV1ContentIdFeedback: {
    parameters: {
      query?: never;
      header?: {
        /** @description the same key twice is done once and answered twice */
        'Idempotency-Key'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    /** @description At most 16 MB; at most 64 levels deep, 200000 keys, 4194304 characters in one text, 16777216 characters in all. No NUL, no half of a surrogate pair, no key `__proto__`. */
    requestBody: {
      content: {
        'application/json': {
          rating: number;
          comment?: string;
          edit?: string;
          rater?: string;
        };
      };
    };
    responses: {
      /** @description A reader's rating, comment or edit */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            id: string;
            contentId: string;
            /** @description true where it comes from the sandbox */
            simulated: boolean;
            rating: number;
            /** @description what was understood of it */
            aspects: {
              /** @enum {string} */
              aspect: 'tone' | 'length' | 'quality' | 'structure' | 'accuracy' | 'relevance' | 'style';
              /** @enum {string} */
              polarity: 'positive' | 'negative';
              wanted?: string;
            }[];
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1ContentIdTrace: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description What the models were told for a content item, and each call */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ContentTrace'];
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1ContentBatch: {
    parameters: {
      query?: {
        limit?: number;
        after?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Batches, the latest first */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: {
              id: string;
              /** @description epoch milliseconds */
              acceptedAt: number;
              /** @description the key that asked for it */
              keyId?: string;
              /** @description true where it comes from the sandbox */
              simulated: boolean;
              /** @enum {string} */
              status: 'running' | 'ended';
              accepted: number;
              generated: number;
              failed: number;
            }[];
            next: string | null;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  postV1ContentBatch: {
    parameters: {
      query?: never;
      header?: {
        /** @description the same key twice is done once and answered twice */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    /** @description At most 16 MB; at most 64 levels deep, 200000 keys, 4194304 characters in one text, 16777216 characters in all. No NUL, no half of a surrogate pair, no key `__proto__`. */
    requestBody: {
      content: {
        'application/json': {
          briefs: unknown[];
          /** @description told when the content is ready */
          webhook?: string;
          /**
           * @description no answer from the cache
           * @constant
           */
          cache?: 'off';
          /** @description whose budget it is charged to */
          caller?: string;
          /** @description whom the brief is about: its words, and what is made of them, are sealed under the key of this person */
          subject?: string;
          /** @description what making it may cost at most, in US dollars; no more than the configured `budgets.perBriefUsd` */
          maxCostUsd?: number;
        };
      };
    };
    responses: {
      /** @description Takes many briefs; a wrong one is named and refuses none of the others */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            id: string;
            items: {
              line: number;
              id: string;
            }[];
            problems: {
              line: number;
              problem: string;
            }[];
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1ContentBatchId: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description How far a batch is */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            id: string;
            /** @description epoch milliseconds */
            acceptedAt: number;
            /** @description the key that asked for it */
            keyId?: string;
            /** @description true where it comes from the sandbox */
            simulated: boolean;
            /** @enum {string} */
            status: 'running' | 'ended';
            accepted: number;
            generated: number;
            failed: number;
            /** @description US dollars, of what has ended */
            cost: number;
            /** @description by class */
            failures: {
              [key: string]: number;
            };
            nearDuplicates: {
              id: string;
              of: string;
              similarity: number;
            }[];
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1DeadLetters: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Events that could not be taken in, and by whom */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: {
              id: string;
              /** @description the service, fold or projection that could not take the event in */
              consumer: string;
              topic: string;
              partition: number;
              offset: number;
              event: string;
              type: string;
              reason: string;
              code: string | null;
              attempts: number;
              /** @description epoch milliseconds */
              time: number;
              isReplayRequested: boolean;
            }[];
            /** @description how many more there are */
            beyond: number;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1Decisions: {
    parameters: {
      query?: {
        limit?: number;
        after?: string;
        type?: string;
        contentType?: string;
        subject?: string;
        since?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Every decision, the latest first */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['Decision'][];
            next: string | null;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1DecisionsId: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description One decision, with the evidence it was made on */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Decision'];
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1Documentation: {
    parameters: {
      query?: {
        at?: string;
        format?: 'json' | 'markdown';
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The system's own documentation */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Documentation'];
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  postV1Embeddings: {
    parameters: {
      query?: never;
      header?: {
        /** @description the same key twice is done once and answered twice */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    /** @description At most 16 MB; at most 64 levels deep, 200000 keys, 4194304 characters in one text, 16777216 characters in all. No NUL, no half of a surrogate pair, no key `__proto__`. */
    requestBody: {
      content: {
        'application/json': {
          model: string;
          input: string | string[] | number[] | number[][];
          encoding_format?: ('float' | 'base64') | null;
          dimensions?: number | null;
          user?: string | null;
        } & {
          [key: string]: unknown;
        };
      };
    };
    responses: {
      /** @description OpenAI's embeddings */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @constant */
            object: 'list';
            data: ({
              index: number;
              embedding: number[] | string;
            } & {
              [key: string]: unknown;
            })[];
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1Experiments: {
    parameters: {
      query?: {
        limit?: number;
        after?: string;
        status?: 'registered' | 'running' | 'concluded' | 'void';
        contentType?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Experiments, the latest first */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['Experiment'][];
            next: string | null;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1ExperimentsId: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description One experiment */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Experiment'];
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  postV1ExperimentsIdStop: {
    parameters: {
      query?: never;
      header?: {
        /** @description the same key twice is done once and answered twice */
        'Idempotency-Key'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    /** @description At most 16 MB; at most 64 levels deep, 200000 keys, 4194304 characters in one text, 16777216 characters in all. No NUL, no half of a surrogate pair, no key `__proto__`. */
    requestBody: {
      content: {
        'application/json': {
          reason: string;
        };
      };
    };
    responses: {
      /** @description Stops an experiment; what it tried is not applied */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            id: string;
            /** @constant */
            status: 'void';
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1FailuresAnalysis: {
    parameters: {
      query?: {
        from?: string;
        to?: string;
        contentType?: string;
        model?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Patterns of failure, their causes, and what to do about them */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['FailureAnalysis'];
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  postV1Feedback: {
    parameters: {
      query?: never;
      header?: {
        /** @description the same key twice is done once and answered twice */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    /** @description At most 16 MB; at most 64 levels deep, 200000 keys, 4194304 characters in one text, 16777216 characters in all. No NUL, no half of a surrogate pair, no key `__proto__`. */
    requestBody: {
      content: {
        'application/json': {
          rating: number;
          comment?: string;
          edit?: string;
          rater?: string;
          /** @description the id of the answer, or its header x-request-id */
          completion: string;
        };
      };
    };
    responses: {
      /** @description The same of a completion, by the id of its answer */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            id: string;
            contentId: string;
            /** @description true where it comes from the sandbox */
            simulated: boolean;
            rating: number;
            /** @description what was understood of it */
            aspects: {
              /** @enum {string} */
              aspect: 'tone' | 'length' | 'quality' | 'structure' | 'accuracy' | 'relevance' | 'style';
              /** @enum {string} */
              polarity: 'positive' | 'negative';
              wanted?: string;
            }[];
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1Forecasts: {
    parameters: {
      query?: {
        limit?: number;
        after?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Load foreseen, and how it came */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['Forecast'][];
            next: string | null;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1Improvements: {
    parameters: {
      query?: {
        limit?: number;
        after?: string;
        status?: 'applied' | 'confirmed' | 'rolled_back' | 'expired';
        contentType?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Everything ever applied, the latest first */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['Improvement'][];
            next: string | null;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1ImprovementsId: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description One improvement, with its account */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Improvement'];
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  postV1ImprovementsIdRestore: {
    parameters: {
      query?: never;
      header?: {
        /** @description the same key twice is done once and answered twice */
        'Idempotency-Key'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    /** @description At most 16 MB; at most 64 levels deep, 200000 keys, 4194304 characters in one text, 16777216 characters in all. No NUL, no half of a surrogate pair, no key `__proto__`. */
    requestBody: {
      content: {
        'application/json': {
          reason: string;
        };
      };
    };
    responses: {
      /** @description Undoes a rollback: the improvement is in force again where it stood */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            id: string;
            /** @enum {string} */
            status: 'applied' | 'confirmed' | 'expired';
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  postV1ImprovementsIdRollback: {
    parameters: {
      query?: never;
      header?: {
        /** @description the same key twice is done once and answered twice */
        'Idempotency-Key'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    /** @description At most 16 MB; at most 64 levels deep, 200000 keys, 4194304 characters in one text, 16777216 characters in all. No NUL, no half of a surrogate pair, no key `__proto__`. */
    requestBody: {
      content: {
        'application/json': {
          /** @default an operator asked for it */
          reason?: string;
          /** @description who asks, where no key says so */
          by?: string;
        };
      };
    };
    responses: {
      /** @description Takes an improvement out, wherever it stands in the stack */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            id: string;
            /** @constant */
            status: 'rolled_back';
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1Incidents: {
    parameters: {
      query?: {
        limit?: number;
        after?: string;
        status?: 'open' | 'resolved';
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description What is wrong, its cause, what was done, how to undo that, and who was told; the latest first */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['Incident'][];
            next: string | null;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1IncidentsId: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description One incident, from its opening to its end */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Incident'];
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1Keys: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Keys to the API, the latest first; without their secrets */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: {
              id: string;
              name: string;
              scopes: ('content' | 'feedback' | 'read' | 'operate' | 'admin')[];
              /** @enum {string} */
              status: 'open' | 'expired' | 'revoked';
              /** @description epoch milliseconds */
              createdAt: number;
              createdBy: string;
              expiresAt: number | null;
              /** @description from when on it opens nothing, which may be still to come */
              revokedAt: number | null;
              /** @description to the hour */
              lastUsedAt: number | null;
              requestsPerMinute: number | null;
              /** @description made for a browser whose person has logged in */
              session: boolean;
              /** @description what may be spent by it on models in a day of UTC */
              usdPerDay: number | null;
            }[];
            next: null;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  postV1Keys: {
    parameters: {
      query?: never;
      header?: {
        /** @description the same key twice is done once and answered twice */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    /** @description At most 16 MB; at most 64 levels deep, 200000 keys, 4194304 characters in one text, 16777216 characters in all. No NUL, no half of a surrogate pair, no key `__proto__`. */
    requestBody: {
      content: {
        'application/json': {
          name: string;
          scopes: ('content' | 'feedback' | 'read' | 'operate' | 'admin')[];
          expiresInDays?: number;
          requestsPerMinute?: number;
          usdPerDay?: number;
        };
      };
    };
    responses: {
      /** @description Makes a key, and shows it this once */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            id: string;
            name: string;
            scopes: ('content' | 'feedback' | 'read' | 'operate' | 'admin')[];
            /** @enum {string} */
            status: 'open' | 'expired' | 'revoked';
            /** @description epoch milliseconds */
            createdAt: number;
            createdBy: string;
            expiresAt: number | null;
            /** @description from when on it opens nothing, which may be still to come */
            revokedAt: number | null;
            /** @description to the hour */
            lastUsedAt: number | null;
            requestsPerMinute: number | null;
            /** @description made for a browser whose person has logged in */
            session: boolean;
            /** @description what may be spent by it on models in a day of UTC */
            usdPerDay: number | null;
            /** @description shown this once */
            key: string;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  postV1KeysIdRevoke: {
    parameters: {
      query?: never;
      header?: {
        /** @description the same key twice is done once and answered twice */
        'Idempotency-Key'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    /** @description At most 16 MB; at most 64 levels deep, 200000 keys, 4194304 characters in one text, 16777216 characters in all. No NUL, no half of a surrogate pair, no key `__proto__`. */
    requestBody: {
      content: {
        'application/json': {
          /** @default revoked */
          reason?: string;
        };
      };
    };
    responses: {
      /** @description From here on the key opens nothing; a repeat changes nothing */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            id: string;
            name: string;
            scopes: ('content' | 'feedback' | 'read' | 'operate' | 'admin')[];
            /** @enum {string} */
            status: 'open' | 'expired' | 'revoked';
            /** @description epoch milliseconds */
            createdAt: number;
            createdBy: string;
            expiresAt: number | null;
            /** @description from when on it opens nothing, which may be still to come */
            revokedAt: number | null;
            /** @description to the hour */
            lastUsedAt: number | null;
            requestsPerMinute: number | null;
            /** @description made for a browser whose person has logged in */
            session: boolean;
            /** @description what may be spent by it on models in a day of UTC */
            usdPerDay: number | null;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  postV1KeysIdRotate: {
    parameters: {
      query?: never;
      header?: {
        /** @description the same key twice is done once and answered twice */
        'Idempotency-Key'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    /** @description At most 16 MB; at most 64 levels deep, 200000 keys, 4194304 characters in one text, 16777216 characters in all. No NUL, no half of a surrogate pair, no key `__proto__`. */
    requestBody: {
      content: {
        'application/json': {
          /** @default 24 */
          overlapHours?: number;
        };
      };
    };
    responses: {
      /** @description Makes a key for the same, and revokes the old one after a while */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            id: string;
            name: string;
            scopes: ('content' | 'feedback' | 'read' | 'operate' | 'admin')[];
            /** @enum {string} */
            status: 'open' | 'expired' | 'revoked';
            /** @description epoch milliseconds */
            createdAt: number;
            createdBy: string;
            expiresAt: number | null;
            /** @description from when on it opens nothing, which may be still to come */
            revokedAt: number | null;
            /** @description to the hour */
            lastUsedAt: number | null;
            requestsPerMinute: number | null;
            /** @description made for a browser whose person has logged in */
            session: boolean;
            /** @description what may be spent by it on models in a day of UTC */
            usdPerDay: number | null;
            /** @description shown this once */
            key: string;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1Learning: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description How well ratings are predicted, by the number of ratings */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Learning'];
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  postV1Messages: {
    parameters: {
      query?: never;
      header?: {
        /** @description the same key twice is done once and answered twice */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    /** @description At most 16 MB; at most 64 levels deep, 200000 keys, 4194304 characters in one text, 16777216 characters in all. No NUL, no half of a surrogate pair, no key `__proto__`. */
    requestBody: {
      content: {
        'application/json': {
          model: string;
          max_tokens: number;
          messages: ({
            role: string;
            content:
              | string
              | ({
                  type: string;
                } & {
                  [key: string]: unknown;
                })[];
          } & {
            [key: string]: unknown;
          })[];
          system?:
            | (
                | string
                | ({
                    type: string;
                  } & {
                    [key: string]: unknown;
                  })[]
              )
            | null;
          stream?: boolean | null;
          stop_sequences?: string[] | null;
          temperature?: number | null;
          top_p?: number | null;
          tools?:
            | ({
                type?: string | null;
                name: string;
                description?: string | null;
                input_schema?: {
                  [key: string]: unknown;
                } | null;
              } & {
                [key: string]: unknown;
              })[]
            | null;
          tool_choice?:
            | ({
                type: string;
              } & {
                [key: string]: unknown;
              })
            | null;
          metadata?:
            | ({
                user_id?: string | null;
              } & {
                [key: string]: unknown;
              })
            | null;
        } & {
          [key: string]: unknown;
        };
      };
    };
    responses: {
      /** @description Anthropic's messages, streaming included */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            id: string;
            /** @constant */
            type: 'message';
            /** @constant */
            role: 'assistant';
            content: ({
              type: string;
            } & {
              [key: string]: unknown;
            })[];
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  postV1MessagesCountTokens: {
    parameters: {
      query?: never;
      header?: {
        /** @description the same key twice is done once and answered twice */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    /** @description At most 16 MB; at most 64 levels deep, 200000 keys, 4194304 characters in one text, 16777216 characters in all. No NUL, no half of a surrogate pair, no key `__proto__`. */
    requestBody: {
      content: {
        'application/json': {
          model: string;
          max_tokens?: number | null;
          messages: ({
            role: string;
            content:
              | string
              | ({
                  type: string;
                } & {
                  [key: string]: unknown;
                })[];
          } & {
            [key: string]: unknown;
          })[];
          system?:
            | (
                | string
                | ({
                    type: string;
                  } & {
                    [key: string]: unknown;
                  })[]
              )
            | null;
          stream?: boolean | null;
          stop_sequences?: string[] | null;
          temperature?: number | null;
          top_p?: number | null;
          tools?:
            | ({
                type?: string | null;
                name: string;
                description?: string | null;
                input_schema?: {
                  [key: string]: unknown;
                } | null;
              } & {
                [key: string]: unknown;
              })[]
            | null;
          tool_choice?:
            | ({
                type: string;
              } & {
                [key: string]: unknown;
              })
            | null;
          metadata?:
            | ({
                user_id?: string | null;
              } & {
                [key: string]: unknown;
              })
            | null;
        } & {
          [key: string]: unknown;
        };
      };
    };
    responses: {
      /** @description About how many tokens Anthropic's messages would take in; no model is called */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            input_tokens: number;
            /** @constant */
            estimated: true;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1MetricsSeries: {
    parameters: {
      query?: {
        from?: string;
        to?: string;
        contentType?: string;
        model?: string;
        step?: '10m' | '1h';
        by?: 'contentType' | 'model' | 'provider' | 'caller';
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The same over time */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MetricsSeries'];
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1MetricsSummary: {
    parameters: {
      query?: {
        from?: string;
        to?: string;
        contentType?: string;
        model?: string;
        by?: 'contentType' | 'model' | 'provider' | 'caller';
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description What was made, how fast, how well, at what cost */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MetricsSummary'];
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1Models: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The models on offer, in OpenAI’s form and in Anthropic’s */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @constant */
            object: 'list';
            data: components['schemas']['Model'][];
            /** @constant */
            has_more: false;
            first_id: string | null;
            last_id: string | null;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1ModelsId: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description One of them, or any other name that is answered for */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Model'];
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1Notifications: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Channels that are told of incidents, and what became of the last message */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: {
              name: string;
              /** @enum {string} */
              kind: 'webhook' | 'slack' | 'email';
              /** @description without secrets */
              to: string;
              /** @enum {string} */
              least: 'warning' | 'critical';
              whenOver: boolean;
              /** @description the last try; null where there was none in a week */
              last: {
                /** @description epoch milliseconds */
                at: number;
                isSent: boolean;
                reason: string | null;
              } | null;
            }[];
            next: null;
            quietHours: {
              from: string;
              until: string;
              timeZone: string;
            } | null;
            isQuiet: boolean;
            /** @description true where it comes from the sandbox */
            simulated: boolean;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  postV1NotificationsTest: {
    parameters: {
      query?: never;
      header?: {
        /** @description the same key twice is done once and answered twice */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    /** @description At most 16 MB; at most 64 levels deep, 200000 keys, 4194304 characters in one text, 16777216 characters in all. No NUL, no half of a surrogate pair, no key `__proto__`. */
    requestBody: {
      content: {
        'application/json': {
          channel?: string;
        };
      };
    };
    responses: {
      /** @description Sends a test to one channel, or to all of them, and says what came of it */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: {
              channel: string;
              isSent: boolean;
              reason: string | null;
            }[];
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1Outcomes: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Cost, time and quality as the learned model predicted them for each model, beside what came */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['ModelOutcomes'][];
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1Pins: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Levers of content types that the system leaves alone */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: {
              contentType: string;
              /** @enum {string} */
              lever: 'prompt' | 'workflow' | 'model' | 'cache' | 'style' | 'quality';
              by: string;
              reason: string;
              /** @description epoch milliseconds */
              at: number;
            }[];
            next: null;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  putV1PinsContentTypeLever: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        contentType: string;
        lever: string;
      };
      cookie?: never;
    };
    /** @description At most 16 MB; at most 64 levels deep, 200000 keys, 4194304 characters in one text, 16777216 characters in all. No NUL, no half of a surrogate pair, no key `__proto__`. */
    requestBody: {
      content: {
        'application/json': {
          pinned: boolean;
          reason: string;
        };
      };
    };
    responses: {
      /** @description Pins a lever of a content type as it is, or lets it go */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: {
              contentType: string;
              /** @enum {string} */
              lever: 'prompt' | 'workflow' | 'model' | 'cache' | 'style' | 'quality';
              by: string;
              reason: string;
              /** @description epoch milliseconds */
              at: number;
            }[];
            next: null;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1Policy: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The policy in force */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            version: string;
            /** @description Policy */
            policy: {
              /** @default {} */
              experiments: {
                /**
                 * @description two-sided error of one experiment, at most
                 * @default 0.05
                 */
                alpha: number;
                /**
                 * @description error over all hypotheses ever tested
                 * @default 0.05
                 */
                falseDiscoveryLevel: number;
                /**
                 * @description least relative improvement that is worth an experiment
                 * @default 0.1
                 */
                minimumImprovement: number;
                /**
                 * @description points out of 10: the same for quality, which has an end
                 * @default 0.3
                 */
                minimumQualityGain: number;
                /**
                 * @description planned length
                 * @default 3600000
                 */
                horizonMs: number;
                /**
                 * @description milliseconds, after which there is a verdict
                 * @default 86400000
                 */
                longestMs: number;
                /** @default {} */
                season: {
                  /**
                   * @description an experiment on a metric with a season runs for a full cycle at least
                   * @default true
                   */
                  enabled: boolean;
                  /**
                   * @description whole days, a week at most
                   * @default 86400000
                   */
                  cycleMs: number;
                };
                /**
                 * @description chance to see the least improvement, where it is there
                 * @default 0.8
                 */
                power: number;
                /**
                 * @description milliseconds between looks at a running experiment
                 * @default 600000
                 */
                lookEveryMs: number;
                /**
                 * @description per arm, before any verdict
                 * @default 50
                 */
                minUnits: number;
                /**
                 * @description share of treatment, step by step
                 * @default [
                 *       0.05,
                 *       0.25,
                 *       0.5
                 *     ]
                 */
                ramp: number[];
                /**
                 * @description milliseconds on a step of the ramp, at least
                 * @default 600000
                 */
                rampStepMs: number;
                /**
                 * @description what becomes of a winner of which a trial could not show that success or satisfaction, which few units tell of, keep their margin; of length, structure and tone satisfaction must be shown, or a person asked
                 * @default partial_rollout
                 * @enum {string}
                 */
                unshown: 'longer_trial' | 'partial_rollout' | 'person';
                /**
                 * @description share of treatment that a ramp may begin with at most, on a lever that brings what is predicted
                 * @default 0.25
                 */
                blastRadius: number;
              };
              /**
               * @description of units, on generation 0 for ever
               * @default 0.05
               */
              holdbackShare: number;
              /**
               * @description of units, without an improvement that is in force
               * @default 0.05
               */
              reverseHoldbackShare: number;
              /** @default {} */
              guardrails: {
                /**
                 * @description points out of 10
                 * @default 0.3
                 */
                qualityMargin: number;
                /**
                 * @description share of generations that succeed
                 * @default 0.02
                 */
                successMargin: number;
                /**
                 * @description relative
                 * @default 0.1
                 */
                costMargin: number;
                /**
                 * @description relative
                 * @default 0.1
                 */
                timeMargin: number;
                /**
                 * @description points out of 5
                 * @default 0.15
                 */
                satisfactionMargin: number;
              };
              /** @default {} */
              watch: {
                /**
                 * @description milliseconds between looks at an improvement in force
                 * @default 600000
                 */
                lookEveryMs: number;
                /**
                 * @description milliseconds in force, at least
                 * @default 14400000
                 */
                confirmAfterMs: number;
                /**
                 * @description milliseconds in force, then it is tested again
                 * @default 604800000
                 */
                expiresAfterMs: number;
                /**
                 * @description chance that one look takes out an improvement that does no harm, at most: over all metrics and spans of time
                 * @default 0.003
                 */
                alpha: number;
                /**
                 * @description chance that all evidence since its trial ever takes out an improvement that does no harm, at most
                 * @default 0.05
                 */
                harmAlpha: number;
                /**
                 * @description of units, without an improvement while it is not shown that all its guardrails are kept
                 * @default 0.1
                 */
                partialRolloutShare: number;
                /**
                 * @description milliseconds of a partial roll-out, unless something speaks against the improvement
                 * @default 21600000
                 */
                partialRolloutMs: number;
              };
              /** @default {} */
              hypotheses: {
                /**
                 * @description of a generation, above which shorter prompts are proposed
                 * @default 1000
                 */
                averageTokens: number;
                /**
                 * @description milliseconds of a generation, above which quicker ways are proposed
                 * @default 30000
                 */
                averageTimeMs: number;
                /**
                 * @description above which what makes it steadier is proposed
                 * @default 0.2
                 */
                qualityVariance: number;
                /**
                 * @description below which other ways to cache are proposed
                 * @default 0.3
                 */
                cacheHitRate: number;
                /**
                 * @description milliseconds that are looked back on
                 * @default 3600000
                 */
                windowMs: number;
                /**
                 * @description of a content type, before anything is proposed
                 * @default 50
                 */
                minGenerations: number;
                /**
                 * @description milliseconds between decisions what to propose
                 * @default 300000
                 */
                cycleEveryMs: number;
                /**
                 * @description before a refused wish of readers may return; a refuted hypothesis returns when its context has changed
                 * @default 86400000
                 */
                cooldownMs: number;
                /**
                 * @description milliseconds that a proposal waits for a person, before it is withdrawn and its lever is free
                 * @default 259200000
                 */
                answerWithinMs: number;
              };
              /** @default {} */
              learningBudget: {
                /**
                 * @description of a content type, in experiments
                 * @default 0.9
                 */
                trafficShare: number;
                /**
                 * @description at most
                 * @default 12
                 */
                concurrentExperiments: number;
                /**
                 * @description most money a day (UTC) that treated units may cost beyond their controls, and new prompts to try; null for no limit
                 * @default null
                 */
                spending: number | null;
                /**
                 * @description points out of 10 that the contents of a type are expected to lose on average, at most, by all trials of screened changes that run at once
                 * @default 0.2
                 */
                qualityLoss: number;
                /**
                 * @description of what a content type costs a day, for prompts and other changes tried on held-out briefs
                 * @default 0.06
                 */
                screeningShare: number;
              };
              /** @default {} */
              objective: {
                /**
                 * @description of sharing briefs among models
                 * @default weighted
                 * @enum {string}
                 */
                goal: 'weighted' | 'minimise_cost' | 'maximise_quality';
                /**
                 * @description weight
                 * @default 0.5
                 */
                quality: number;
                /**
                 * @description weight
                 * @default 0.3
                 */
                cost: number;
                /**
                 * @description weight
                 * @default 0.2
                 */
                time: number;
                /**
                 * @description mean score, points out of 10
                 * @default null
                 */
                minQuality: number | null;
                /**
                 * @description of one content, in USD
                 * @default null
                 */
                maxCost: number | null;
              };
              /** @default {} */
              allocation: {
                /**
                 * @description of each segment, spread over all models
                 * @default 0.05
                 */
                explorationShare: number;
                /**
                 * @description after which a generation counts half
                 * @default 21600000
                 */
                halfLifeMs: number;
                /**
                 * @description and shares follow; in whole half hours
                 * @default 3600000
                 */
                gradeEveryMs: number;
                /**
                 * @description of a model, before it is more than explored
                 * @default 50
                 */
                minGenerations: number;
                /**
                 * @description the same while an allocation is in force: quicker, so that it follows what the models become
                 * @default {}
                 */
                inForce: {
                  /**
                   * @description of each segment, spread over all models
                   * @default 0.02
                   */
                  explorationShare: number;
                  /**
                   * @description after which a generation counts half
                   * @default 10800000
                   */
                  halfLifeMs: number;
                  /**
                   * @description and shares follow; in whole half hours
                   * @default 1800000
                   */
                  gradeEveryMs: number;
                  /**
                   * @description of a model, before it is more than explored
                   * @default 10
                   */
                  minGenerations: number;
                };
              };
              /** @default {} */
              anomalies: {
                /**
                 * @description times the baseline
                 * @default 2
                 */
                slowGeneration: number;
                /**
                 * @description times the baseline
                 * @default 0.8
                 */
                lowQuality: number;
                /**
                 * @description times the baseline
                 * @default 1.5
                 */
                highCost: number;
                /**
                 * @description generations, before there is a baseline
                 * @default 50
                 */
                minForBaseline: number;
                /**
                 * @description milliseconds between looks for anomalies
                 * @default 60000
                 */
                checkEveryMs: number;
                /**
                 * @description of the last minutes’ generations that breach a rule
                 * @default 0.2
                 */
                opensAtShare: number;
                /**
                 * @description milliseconds that a rule looks back on
                 * @default 600000
                 */
                windowMs: number;
                /**
                 * @description milliseconds without a breach
                 * @default 1200000
                 */
                resolvesAfterMs: number;
                /**
                 * @description of a model that fails far more than usual, where no improvement is to blame: an incident alone, or calls to it are held back too; of use where the gateway has fallbacks
                 * @default open_incident
                 * @enum {string}
                 */
                onFailures: 'open_incident' | 'trip_breaker';
                /**
                 * @description milliseconds that calls to it are held back
                 * @default 300000
                 */
                tripForMs: number;
              };
              /** @default {} */
              incidents: {
                /**
                 * @description milliseconds without an alert, after which an incident is over
                 * @default 600000
                 */
                resolvesAfterMs: number;
                /**
                 * @description milliseconds within which a cause that comes back is the same incident, and nobody is told again
                 * @default 21600000
                 */
                repeatAfterMs: number;
              };
              /** @default {} */
              feedback: {
                /**
                 * @description rating that counts as a good one, in what was learned
                 * @default 4
                 */
                positiveFrom: number;
                /**
                 * @description rating that counts as a bad one, in what was learned
                 * @default 2
                 */
                negativeTo: number;
                /**
                 * @description that name the same wish, before it is proposed
                 * @default 20
                 */
                minComments: number;
                /**
                 * @description who name it
                 * @default 10
                 */
                minRaters: number;
                /**
                 * @description milliseconds between decisions what to propose and keep
                 * @default 600000
                 */
                learnEveryMs: number;
                /**
                 * @description points out of 10, by which a wish for quality raises the threshold
                 * @default 0.5
                 */
                thresholdStep: number;
              };
              /** @default {} */
              scaling: {
                /**
                 * @description milliseconds between decisions how many instances there shall be
                 * @default 60000
                 */
                checkEveryMs: number;
                /**
                 * @description milliseconds ahead that load is forecast
                 * @default 1800000
                 */
                horizonMs: number;
                /**
                 * @description of load that no instance is there for, in the cost of an instance that idles for as much; the forecast's share 1 − 1 ÷ it is provided for
                 * @default 7
                 */
                unservedCost: number;
                /**
                 * @description of the capacity, which the load shall not exceed
                 * @default 0.8
                 */
                targetUtilization: number;
                /** @default {} */
                scaleUp: {
                  /**
                   * @description above which there is one more
                   * @default 0.8
                   */
                  cpu: number;
                  /**
                   * @description above which there is one more
                   * @default 0.85
                   */
                  memory: number;
                  /**
                   * @description briefs that wait, above which there is one more
                   * @default 50
                   */
                  queue: number;
                  /**
                   * @description milliseconds, above which there is one more
                   * @default 5000
                   */
                  responseTimeMs: number;
                };
                /** @default {} */
                scaleDown: {
                  /**
                   * @description one fewer only below it
                   * @default 0.2
                   */
                  cpu: number;
                  /**
                   * @description one fewer only below it
                   * @default 0.3
                   */
                  memory: number;
                  /**
                   * @description briefs that wait; one fewer only below it
                   * @default 5
                   */
                  queue: number;
                  /**
                   * @description milliseconds; one fewer only below it
                   * @default 1000
                   */
                  responseTimeMs: number;
                };
                /**
                 * @description at least
                 * @default 1
                 */
                minInstances: number;
                /**
                 * @description at most
                 * @default 20
                 */
                maxInstances: number;
                /**
                 * @description milliseconds between changes, before more are started
                 * @default 120000
                 */
                cooldownUpMs: number;
                /**
                 * @description milliseconds between changes, before some are stopped
                 * @default 600000
                 */
                cooldownDownMs: number;
                /**
                 * @description of machines beyond what the usage needs, when a machine type is chosen
                 * @default 0.2
                 */
                headroom: number;
                /**
                 * @description milliseconds between forecasts
                 * @default 300000
                 */
                forecastEveryMs: number;
                /**
                 * @description milliseconds between choices of the machine type
                 * @default 3600000
                 */
                reconfigureEveryMs: number;
                /**
                 * @description the first is the one in use at the start
                 * @default []
                 */
                machineTypes: {
                  name: string;
                  /** @description cores */
                  cpu: number;
                  memoryMb: number;
                  callsAtOnce: number;
                  usdPerHour: number;
                }[];
              };
              /** @default {} */
              quality: {
                /**
                 * @description points out of 10, by which it rises
                 * @default 0.5
                 */
                thresholdStep: number;
                /**
                 * @description points out of 10
                 * @default 10
                 */
                maxThreshold: number;
                /**
                 * @description threshold rises only while fewer than this would be revised
                 * @default 0.1
                 */
                maxRevisedShare: number;
                /**
                 * @description milliseconds between rises, at least
                 * @default 21600000
                 */
                raiseEveryMs: number;
              };
              /** @default {} */
              cache: {
                /**
                 * @description of the answers found by meaning, made again to be compared
                 * @default 0.05
                 */
                auditShare: number;
                /**
                 * @description of the answers found by meaning, wrong ones at most
                 * @default 0.01
                 */
                wrongHitShare: number;
                /**
                 * @description until so many are judged, only near-identical requests share
                 * @default 30
                 */
                minAudited: number;
                /**
                 * @description two-sided error of the wrong share, over all looks together
                 * @default 0.05
                 */
                alpha: number;
                /**
                 * @description watched: given until too many are seen to be wrong; shown: given by a threshold of each entry, once it is shown that no more than `wrongHitShare` are wrong
                 * @default watched
                 * @enum {string}
                 */
                guarantee: 'watched' | 'shown';
              };
              /** @default {} */
              personalData: {
                /**
                 * @description since a person was last heard, when what is theirs becomes unreadable; null until they ask
                 * @default null
                 */
                retentionDays: number | null;
              };
              /**
               * @description by lever; apply where left out
               * @default {}
               */
              autonomy: {
                [key: string]: 'observe' | 'propose' | 'apply';
              };
              /**
               * @description by name, of calls that are passed on: what is measured and tried; a use that is not here is counted alone
               * @default {}
               */
              uses: {
                [key: string]: {
                  /**
                   * @description answers are measured as they pass, and their figures kept; never their words
                   * @default true
                   */
                  measureTexts: boolean;
                  /**
                   * @description asked for by the calls that are experimented with; null for none: then nothing is tried
                   * @default null
                   */
                  model: string | null;
                  /**
                   * @description offered ones that may be tried in its place
                   * @default []
                   */
                  models: string[];
                  /**
                   * @description that those calls ask for, most of them
                   * @default 1
                   */
                  temperature: number;
                  /**
                   * @description that may be tried in its place
                   * @default []
                   */
                  temperatures: number[];
                  /**
                   * @description whether it may be tried to put instructions that come back word for word before those that change, for what the provider's cache of prompts saves
                   * @default false
                   */
                  stablePromptFirst: boolean;
                };
              };
              /**
               * @description in which nothing is applied or put to the test
               * @default []
               */
              freezeWindows: (
                | {
                    /** Format: date-time */
                    from: string;
                    /** Format: date-time */
                    until: string;
                  }
                | {
                    /** @description HH:MM, UTC */
                    from: string;
                    /** @description HH:MM, UTC */
                    until: string;
                  }
              )[];
            };
            /** @description who set a key, where a person did; no restart takes that back */
            setBy: {
              [key: string]: string;
            };
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  putV1Policy: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** @description At most 16 MB; at most 64 levels deep, 200000 keys, 4194304 characters in one text, 16777216 characters in all. No NUL, no half of a surrogate pair, no key `__proto__`. */
    requestBody: {
      content: {
        'application/json': {
          experiments: {
            alpha: number;
            falseDiscoveryLevel: number;
            minimumImprovement: number;
            minimumQualityGain: number;
            /** @description milliseconds */
            horizonMs: number;
            /** @description milliseconds */
            longestMs: number;
            season: {
              enabled: boolean;
              /** @description milliseconds */
              cycleMs: number;
            };
            power: number;
            /** @description milliseconds */
            lookEveryMs: number;
            minUnits: number;
            ramp: number[];
            /** @description milliseconds */
            rampStepMs: number;
            /** @enum {string} */
            unshown: 'longer_trial' | 'partial_rollout' | 'person';
            blastRadius: number;
          };
          holdbackShare: number;
          reverseHoldbackShare: number;
          guardrails: {
            qualityMargin: number;
            successMargin: number;
            costMargin: number;
            timeMargin: number;
            satisfactionMargin: number;
          };
          watch: {
            /** @description milliseconds */
            lookEveryMs: number;
            /** @description milliseconds */
            confirmAfterMs: number;
            /** @description milliseconds */
            expiresAfterMs: number;
            alpha: number;
            harmAlpha: number;
            partialRolloutShare: number;
            /** @description milliseconds */
            partialRolloutMs: number;
          };
          hypotheses: {
            averageTokens: number;
            averageTimeMs: number;
            qualityVariance: number;
            cacheHitRate: number;
            /** @description milliseconds */
            windowMs: number;
            minGenerations: number;
            /** @description milliseconds */
            cycleEveryMs: number;
            /** @description milliseconds */
            cooldownMs: number;
            /** @description milliseconds */
            answerWithinMs: number;
          };
          learningBudget: {
            trafficShare: number;
            concurrentExperiments: number;
            spending: number | null;
            qualityLoss: number;
            screeningShare: number;
          };
          objective: {
            /** @enum {string} */
            goal: 'weighted' | 'minimise_cost' | 'maximise_quality';
            quality: number;
            cost: number;
            time: number;
            minQuality: number | null;
            maxCost: number | null;
          };
          allocation: {
            explorationShare: number;
            /** @description milliseconds */
            halfLifeMs: number;
            /** @description milliseconds */
            gradeEveryMs: number;
            minGenerations: number;
            inForce: {
              explorationShare: number;
              /** @description milliseconds */
              halfLifeMs: number;
              /** @description milliseconds */
              gradeEveryMs: number;
              minGenerations: number;
            };
          };
          anomalies: {
            slowGeneration: number;
            lowQuality: number;
            highCost: number;
            minForBaseline: number;
            /** @description milliseconds */
            checkEveryMs: number;
            opensAtShare: number;
            /** @description milliseconds */
            windowMs: number;
            /** @description milliseconds */
            resolvesAfterMs: number;
            /** @enum {string} */
            onFailures: 'open_incident' | 'trip_breaker';
            /** @description milliseconds */
            tripForMs: number;
          };
          incidents: {
            /** @description milliseconds */
            resolvesAfterMs: number;
            /** @description milliseconds */
            repeatAfterMs: number;
          };
          feedback: {
            positiveFrom: number;
            negativeTo: number;
            minComments: number;
            minRaters: number;
            /** @description milliseconds */
            learnEveryMs: number;
            thresholdStep: number;
          };
          scaling: {
            /** @description milliseconds */
            checkEveryMs: number;
            /** @description milliseconds */
            horizonMs: number;
            unservedCost: number;
            targetUtilization: number;
            scaleUp: {
              cpu: number;
              memory: number;
              queue: number;
              responseTimeMs: number;
            };
            scaleDown: {
              cpu: number;
              memory: number;
              queue: number;
              responseTimeMs: number;
            };
            minInstances: number;
            maxInstances: number;
            /** @description milliseconds */
            cooldownUpMs: number;
            /** @description milliseconds */
            cooldownDownMs: number;
            headroom: number;
            /** @description milliseconds */
            forecastEveryMs: number;
            /** @description milliseconds */
            reconfigureEveryMs: number;
            machineTypes: {
              name: string;
              /** @description cores */
              cpu: number;
              memoryMb: number;
              callsAtOnce: number;
              usdPerHour: number;
            }[];
          };
          quality: {
            thresholdStep: number;
            maxThreshold: number;
            maxRevisedShare: number;
            /** @description milliseconds */
            raiseEveryMs: number;
          };
          cache: {
            auditShare: number;
            wrongHitShare: number;
            minAudited: number;
            alpha: number;
            /** @enum {string} */
            guarantee: 'watched' | 'shown';
          };
          personalData: {
            retentionDays: number | null;
          };
          autonomy: {
            [key: string]: 'observe' | 'propose' | 'apply';
          };
          uses: {
            [key: string]: {
              /**
               * @description answers are measured as they pass, and their figures kept; never their words
               * @default true
               */
              measureTexts?: boolean;
              /**
               * @description asked for by the calls that are experimented with; null for none: then nothing is tried
               * @default null
               */
              model?: string | null;
              /**
               * @description offered ones that may be tried in its place
               * @default []
               */
              models?: string[];
              /**
               * @description that those calls ask for, most of them
               * @default 1
               */
              temperature?: number;
              /**
               * @description that may be tried in its place
               * @default []
               */
              temperatures?: number[];
              /**
               * @description whether it may be tried to put instructions that come back word for word before those that change, for what the provider's cache of prompts saves
               * @default false
               */
              stablePromptFirst?: boolean;
            };
          };
          freezeWindows: (
            | {
                /** Format: date-time */
                from: string;
                /** Format: date-time */
                until: string;
              }
            | {
                /** @description HH:MM, UTC */
                from: string;
                /** @description HH:MM, UTC */
                until: string;
              }
          )[];
        };
      };
    };
    responses: {
      /** @description Puts another policy in force, all of it */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            version: string;
            /** @description Policy */
            policy: {
              /** @default {} */
              experiments: {
                /**
                 * @description two-sided error of one experiment, at most
                 * @default 0.05
                 */
                alpha: number;
                /**
                 * @description error over all hypotheses ever tested
                 * @default 0.05
                 */
                falseDiscoveryLevel: number;
                /**
                 * @description least relative improvement that is worth an experiment
                 * @default 0.1
                 */
                minimumImprovement: number;
                /**
                 * @description points out of 10: the same for quality, which has an end
                 * @default 0.3
                 */
                minimumQualityGain: number;
                /**
                 * @description planned length
                 * @default 3600000
                 */
                horizonMs: number;
                /**
                 * @description milliseconds, after which there is a verdict
                 * @default 86400000
                 */
                longestMs: number;
                /** @default {} */
                season: {
                  /**
                   * @description an experiment on a metric with a season runs for a full cycle at least
                   * @default true
                   */
                  enabled: boolean;
                  /**
                   * @description whole days, a week at most
                   * @default 86400000
                   */
                  cycleMs: number;
                };
                /**
                 * @description chance to see the least improvement, where it is there
                 * @default 0.8
                 */
                power: number;
                /**
                 * @description milliseconds between looks at a running experiment
                 * @default 600000
                 */
                lookEveryMs: number;
                /**
                 * @description per arm, before any verdict
                 * @default 50
                 */
                minUnits: number;
                /**
                 * @description share of treatment, step by step
                 * @default [
                 *       0.05,
                 *       0.25,
                 *       0.5
                 *     ]
                 */
                ramp: number[];
                /**
                 * @description milliseconds on a step of the ramp, at least
                 * @default 600000
                 */
                rampStepMs: number;
                /**
                 * @description what becomes of a winner of which a trial could not show that success or satisfaction, which few units tell of, keep their margin; of length, structure and tone satisfaction must be shown, or a person asked
                 * @default partial_rollout
                 * @enum {string}
                 */
                unshown: 'longer_trial' | 'partial_rollout' | 'person';
                /**
                 * @description share of treatment that a ramp may begin with at most, on a lever that brings what is predicted
                 * @default 0.25
                 */
                blastRadius: number;
              };
              /**
               * @description of units, on generation 0 for ever
               * @default 0.05
               */
              holdbackShare: number;
              /**
               * @description of units, without an improvement that is in force
               * @default 0.05
               */
              reverseHoldbackShare: number;
              /** @default {} */
              guardrails: {
                /**
                 * @description points out of 10
                 * @default 0.3
                 */
                qualityMargin: number;
                /**
                 * @description share of generations that succeed
                 * @default 0.02
                 */
                successMargin: number;
                /**
                 * @description relative
                 * @default 0.1
                 */
                costMargin: number;
                /**
                 * @description relative
                 * @default 0.1
                 */
                timeMargin: number;
                /**
                 * @description points out of 5
                 * @default 0.15
                 */
                satisfactionMargin: number;
              };
              /** @default {} */
              watch: {
                /**
                 * @description milliseconds between looks at an improvement in force
                 * @default 600000
                 */
                lookEveryMs: number;
                /**
                 * @description milliseconds in force, at least
                 * @default 14400000
                 */
                confirmAfterMs: number;
                /**
                 * @description milliseconds in force, then it is tested again
                 * @default 604800000
                 */
                expiresAfterMs: number;
                /**
                 * @description chance that one look takes out an improvement that does no harm, at most: over all metrics and spans of time
                 * @default 0.003
                 */
                alpha: number;
                /**
                 * @description chance that all evidence since its trial ever takes out an improvement that does no harm, at most
                 * @default 0.05
                 */
                harmAlpha: number;
                /**
                 * @description of units, without an improvement while it is not shown that all its guardrails are kept
                 * @default 0.1
                 */
                partialRolloutShare: number;
                /**
                 * @description milliseconds of a partial roll-out, unless something speaks against the improvement
                 * @default 21600000
                 */
                partialRolloutMs: number;
              };
              /** @default {} */
              hypotheses: {
                /**
                 * @description of a generation, above which shorter prompts are proposed
                 * @default 1000
                 */
                averageTokens: number;
                /**
                 * @description milliseconds of a generation, above which quicker ways are proposed
                 * @default 30000
                 */
                averageTimeMs: number;
                /**
                 * @description above which what makes it steadier is proposed
                 * @default 0.2
                 */
                qualityVariance: number;
                /**
                 * @description below which other ways to cache are proposed
                 * @default 0.3
                 */
                cacheHitRate: number;
                /**
                 * @description milliseconds that are looked back on
                 * @default 3600000
                 */
                windowMs: number;
                /**
                 * @description of a content type, before anything is proposed
                 * @default 50
                 */
                minGenerations: number;
                /**
                 * @description milliseconds between decisions what to propose
                 * @default 300000
                 */
                cycleEveryMs: number;
                /**
                 * @description before a refused wish of readers may return; a refuted hypothesis returns when its context has changed
                 * @default 86400000
                 */
                cooldownMs: number;
                /**
                 * @description milliseconds that a proposal waits for a person, before it is withdrawn and its lever is free
                 * @default 259200000
                 */
                answerWithinMs: number;
              };
              /** @default {} */
              learningBudget: {
                /**
                 * @description of a content type, in experiments
                 * @default 0.9
                 */
                trafficShare: number;
                /**
                 * @description at most
                 * @default 12
                 */
                concurrentExperiments: number;
                /**
                 * @description most money a day (UTC) that treated units may cost beyond their controls, and new prompts to try; null for no limit
                 * @default null
                 */
                spending: number | null;
                /**
                 * @description points out of 10 that the contents of a type are expected to lose on average, at most, by all trials of screened changes that run at once
                 * @default 0.2
                 */
                qualityLoss: number;
                /**
                 * @description of what a content type costs a day, for prompts and other changes tried on held-out briefs
                 * @default 0.06
                 */
                screeningShare: number;
              };
              /** @default {} */
              objective: {
                /**
                 * @description of sharing briefs among models
                 * @default weighted
                 * @enum {string}
                 */
                goal: 'weighted' | 'minimise_cost' | 'maximise_quality';
                /**
                 * @description weight
                 * @default 0.5
                 */
                quality: number;
                /**
                 * @description weight
                 * @default 0.3
                 */
                cost: number;
                /**
                 * @description weight
                 * @default 0.2
                 */
                time: number;
                /**
                 * @description mean score, points out of 10
                 * @default null
                 */
                minQuality: number | null;
                /**
                 * @description of one content, in USD
                 * @default null
                 */
                maxCost: number | null;
              };
              /** @default {} */
              allocation: {
                /**
                 * @description of each segment, spread over all models
                 * @default 0.05
                 */
                explorationShare: number;
                /**
                 * @description after which a generation counts half
                 * @default 21600000
                 */
                halfLifeMs: number;
                /**
                 * @description and shares follow; in whole half hours
                 * @default 3600000
                 */
                gradeEveryMs: number;
                /**
                 * @description of a model, before it is more than explored
                 * @default 50
                 */
                minGenerations: number;
                /**
                 * @description the same while an allocation is in force: quicker, so that it follows what the models become
                 * @default {}
                 */
                inForce: {
                  /**
                   * @description of each segment, spread over all models
                   * @default 0.02
                   */
                  explorationShare: number;
                  /**
                   * @description after which a generation counts half
                   * @default 10800000
                   */
                  halfLifeMs: number;
                  /**
                   * @description and shares follow; in whole half hours
                   * @default 1800000
                   */
                  gradeEveryMs: number;
                  /**
                   * @description of a model, before it is more than explored
                   * @default 10
                   */
                  minGenerations: number;
                };
              };
              /** @default {} */
              anomalies: {
                /**
                 * @description times the baseline
                 * @default 2
                 */
                slowGeneration: number;
                /**
                 * @description times the baseline
                 * @default 0.8
                 */
                lowQuality: number;
                /**
                 * @description times the baseline
                 * @default 1.5
                 */
                highCost: number;
                /**
                 * @description generations, before there is a baseline
                 * @default 50
                 */
                minForBaseline: number;
                /**
                 * @description milliseconds between looks for anomalies
                 * @default 60000
                 */
                checkEveryMs: number;
                /**
                 * @description of the last minutes’ generations that breach a rule
                 * @default 0.2
                 */
                opensAtShare: number;
                /**
                 * @description milliseconds that a rule looks back on
                 * @default 600000
                 */
                windowMs: number;
                /**
                 * @description milliseconds without a breach
                 * @default 1200000
                 */
                resolvesAfterMs: number;
                /**
                 * @description of a model that fails far more than usual, where no improvement is to blame: an incident alone, or calls to it are held back too; of use where the gateway has fallbacks
                 * @default open_incident
                 * @enum {string}
                 */
                onFailures: 'open_incident' | 'trip_breaker';
                /**
                 * @description milliseconds that calls to it are held back
                 * @default 300000
                 */
                tripForMs: number;
              };
              /** @default {} */
              incidents: {
                /**
                 * @description milliseconds without an alert, after which an incident is over
                 * @default 600000
                 */
                resolvesAfterMs: number;
                /**
                 * @description milliseconds within which a cause that comes back is the same incident, and nobody is told again
                 * @default 21600000
                 */
                repeatAfterMs: number;
              };
              /** @default {} */
              feedback: {
                /**
                 * @description rating that counts as a good one, in what was learned
                 * @default 4
                 */
                positiveFrom: number;
                /**
                 * @description rating that counts as a bad one, in what was learned
                 * @default 2
                 */
                negativeTo: number;
                /**
                 * @description that name the same wish, before it is proposed
                 * @default 20
                 */
                minComments: number;
                /**
                 * @description who name it
                 * @default 10
                 */
                minRaters: number;
                /**
                 * @description milliseconds between decisions what to propose and keep
                 * @default 600000
                 */
                learnEveryMs: number;
                /**
                 * @description points out of 10, by which a wish for quality raises the threshold
                 * @default 0.5
                 */
                thresholdStep: number;
              };
              /** @default {} */
              scaling: {
                /**
                 * @description milliseconds between decisions how many instances there shall be
                 * @default 60000
                 */
                checkEveryMs: number;
                /**
                 * @description milliseconds ahead that load is forecast
                 * @default 1800000
                 */
                horizonMs: number;
                /**
                 * @description of load that no instance is there for, in the cost of an instance that idles for as much; the forecast's share 1 − 1 ÷ it is provided for
                 * @default 7
                 */
                unservedCost: number;
                /**
                 * @description of the capacity, which the load shall not exceed
                 * @default 0.8
                 */
                targetUtilization: number;
                /** @default {} */
                scaleUp: {
                  /**
                   * @description above which there is one more
                   * @default 0.8
                   */
                  cpu: number;
                  /**
                   * @description above which there is one more
                   * @default 0.85
                   */
                  memory: number;
                  /**
                   * @description briefs that wait, above which there is one more
                   * @default 50
                   */
                  queue: number;
                  /**
                   * @description milliseconds, above which there is one more
                   * @default 5000
                   */
                  responseTimeMs: number;
                };
                /** @default {} */
                scaleDown: {
                  /**
                   * @description one fewer only below it
                   * @default 0.2
                   */
                  cpu: number;
                  /**
                   * @description one fewer only below it
                   * @default 0.3
                   */
                  memory: number;
                  /**
                   * @description briefs that wait; one fewer only below it
                   * @default 5
                   */
                  queue: number;
                  /**
                   * @description milliseconds; one fewer only below it
                   * @default 1000
                   */
                  responseTimeMs: number;
                };
                /**
                 * @description at least
                 * @default 1
                 */
                minInstances: number;
                /**
                 * @description at most
                 * @default 20
                 */
                maxInstances: number;
                /**
                 * @description milliseconds between changes, before more are started
                 * @default 120000
                 */
                cooldownUpMs: number;
                /**
                 * @description milliseconds between changes, before some are stopped
                 * @default 600000
                 */
                cooldownDownMs: number;
                /**
                 * @description of machines beyond what the usage needs, when a machine type is chosen
                 * @default 0.2
                 */
                headroom: number;
                /**
                 * @description milliseconds between forecasts
                 * @default 300000
                 */
                forecastEveryMs: number;
                /**
                 * @description milliseconds between choices of the machine type
                 * @default 3600000
                 */
                reconfigureEveryMs: number;
                /**
                 * @description the first is the one in use at the start
                 * @default []
                 */
                machineTypes: {
                  name: string;
                  /** @description cores */
                  cpu: number;
                  memoryMb: number;
                  callsAtOnce: number;
                  usdPerHour: number;
                }[];
              };
              /** @default {} */
              quality: {
                /**
                 * @description points out of 10, by which it rises
                 * @default 0.5
                 */
                thresholdStep: number;
                /**
                 * @description points out of 10
                 * @default 10
                 */
                maxThreshold: number;
                /**
                 * @description threshold rises only while fewer than this would be revised
                 * @default 0.1
                 */
                maxRevisedShare: number;
                /**
                 * @description milliseconds between rises, at least
                 * @default 21600000
                 */
                raiseEveryMs: number;
              };
              /** @default {} */
              cache: {
                /**
                 * @description of the answers found by meaning, made again to be compared
                 * @default 0.05
                 */
                auditShare: number;
                /**
                 * @description of the answers found by meaning, wrong ones at most
                 * @default 0.01
                 */
                wrongHitShare: number;
                /**
                 * @description until so many are judged, only near-identical requests share
                 * @default 30
                 */
                minAudited: number;
                /**
                 * @description two-sided error of the wrong share, over all looks together
                 * @default 0.05
                 */
                alpha: number;
                /**
                 * @description watched: given until too many are seen to be wrong; shown: given by a threshold of each entry, once it is shown that no more than `wrongHitShare` are wrong
                 * @default watched
                 * @enum {string}
                 */
                guarantee: 'watched' | 'shown';
              };
              /** @default {} */
              personalData: {
                /**
                 * @description since a person was last heard, when what is theirs becomes unreadable; null until they ask
                 * @default null
                 */
                retentionDays: number | null;
              };
              /**
               * @description by lever; apply where left out
               * @default {}
               */
              autonomy: {
                [key: string]: 'observe' | 'propose' | 'apply';
              };
              /**
               * @description by name, of calls that are passed on: what is measured and tried; a use that is not here is counted alone
               * @default {}
               */
              uses: {
                [key: string]: {
                  /**
                   * @description answers are measured as they pass, and their figures kept; never their words
                   * @default true
                   */
                  measureTexts: boolean;
                  /**
                   * @description asked for by the calls that are experimented with; null for none: then nothing is tried
                   * @default null
                   */
                  model: string | null;
                  /**
                   * @description offered ones that may be tried in its place
                   * @default []
                   */
                  models: string[];
                  /**
                   * @description that those calls ask for, most of them
                   * @default 1
                   */
                  temperature: number;
                  /**
                   * @description that may be tried in its place
                   * @default []
                   */
                  temperatures: number[];
                  /**
                   * @description whether it may be tried to put instructions that come back word for word before those that change, for what the provider's cache of prompts saves
                   * @default false
                   */
                  stablePromptFirst: boolean;
                };
              };
              /**
               * @description in which nothing is applied or put to the test
               * @default []
               */
              freezeWindows: (
                | {
                    /** Format: date-time */
                    from: string;
                    /** Format: date-time */
                    until: string;
                  }
                | {
                    /** @description HH:MM, UTC */
                    from: string;
                    /** @description HH:MM, UTC */
                    until: string;
                  }
              )[];
            };
            /** @description who set a key, where a person did; no restart takes that back */
            setBy: {
              [key: string]: string;
            };
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  patchV1Policy: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** @description At most 16 MB; at most 64 levels deep, 200000 keys, 4194304 characters in one text, 16777216 characters in all. No NUL, no half of a surrogate pair, no key `__proto__`. */
    requestBody: {
      content: {
        'application/merge-patch+json': {
          [key: string]: unknown;
        };
      };
    };
    responses: {
      /** @description Changes what a JSON merge patch (RFC 7396) names, and nothing else */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            version: string;
            /** @description Policy */
            policy: {
              /** @default {} */
              experiments: {
                /**
                 * @description two-sided error of one experiment, at most
                 * @default 0.05
                 */
                alpha: number;
                /**
                 * @description error over all hypotheses ever tested
                 * @default 0.05
                 */
                falseDiscoveryLevel: number;
                /**
                 * @description least relative improvement that is worth an experiment
                 * @default 0.1
                 */
                minimumImprovement: number;
                /**
                 * @description points out of 10: the same for quality, which has an end
                 * @default 0.3
                 */
                minimumQualityGain: number;
                /**
                 * @description planned length
                 * @default 3600000
                 */
                horizonMs: number;
                /**
                 * @description milliseconds, after which there is a verdict
                 * @default 86400000
                 */
                longestMs: number;
                /** @default {} */
                season: {
                  /**
                   * @description an experiment on a metric with a season runs for a full cycle at least
                   * @default true
                   */
                  enabled: boolean;
                  /**
                   * @description whole days, a week at most
                   * @default 86400000
                   */
                  cycleMs: number;
                };
                /**
                 * @description chance to see the least improvement, where it is there
                 * @default 0.8
                 */
                power: number;
                /**
                 * @description milliseconds between looks at a running experiment
                 * @default 600000
                 */
                lookEveryMs: number;
                /**
                 * @description per arm, before any verdict
                 * @default 50
                 */
                minUnits: number;
                /**
                 * @description share of treatment, step by step
                 * @default [
                 *       0.05,
                 *       0.25,
                 *       0.5
                 *     ]
                 */
                ramp: number[];
                /**
                 * @description milliseconds on a step of the ramp, at least
                 * @default 600000
                 */
                rampStepMs: number;
                /**
                 * @description what becomes of a winner of which a trial could not show that success or satisfaction, which few units tell of, keep their margin; of length, structure and tone satisfaction must be shown, or a person asked
                 * @default partial_rollout
                 * @enum {string}
                 */
                unshown: 'longer_trial' | 'partial_rollout' | 'person';
                /**
                 * @description share of treatment that a ramp may begin with at most, on a lever that brings what is predicted
                 * @default 0.25
                 */
                blastRadius: number;
              };
              /**
               * @description of units, on generation 0 for ever
               * @default 0.05
               */
              holdbackShare: number;
              /**
               * @description of units, without an improvement that is in force
               * @default 0.05
               */
              reverseHoldbackShare: number;
              /** @default {} */
              guardrails: {
                /**
                 * @description points out of 10
                 * @default 0.3
                 */
                qualityMargin: number;
                /**
                 * @description share of generations that succeed
                 * @default 0.02
                 */
                successMargin: number;
                /**
                 * @description relative
                 * @default 0.1
                 */
                costMargin: number;
                /**
                 * @description relative
                 * @default 0.1
                 */
                timeMargin: number;
                /**
                 * @description points out of 5
                 * @default 0.15
                 */
                satisfactionMargin: number;
              };
              /** @default {} */
              watch: {
                /**
                 * @description milliseconds between looks at an improvement in force
                 * @default 600000
                 */
                lookEveryMs: number;
                /**
                 * @description milliseconds in force, at least
                 * @default 14400000
                 */
                confirmAfterMs: number;
                /**
                 * @description milliseconds in force, then it is tested again
                 * @default 604800000
                 */
                expiresAfterMs: number;
                /**
                 * @description chance that one look takes out an improvement that does no harm, at most: over all metrics and spans of time
                 * @default 0.003
                 */
                alpha: number;
                /**
                 * @description chance that all evidence since its trial ever takes out an improvement that does no harm, at most
                 * @default 0.05
                 */
                harmAlpha: number;
                /**
                 * @description of units, without an improvement while it is not shown that all its guardrails are kept
                 * @default 0.1
                 */
                partialRolloutShare: number;
                /**
                 * @description milliseconds of a partial roll-out, unless something speaks against the improvement
                 * @default 21600000
                 */
                partialRolloutMs: number;
              };
              /** @default {} */
              hypotheses: {
                /**
                 * @description of a generation, above which shorter prompts are proposed
                 * @default 1000
                 */
                averageTokens: number;
                /**
                 * @description milliseconds of a generation, above which quicker ways are proposed
                 * @default 30000
                 */
                averageTimeMs: number;
                /**
                 * @description above which what makes it steadier is proposed
                 * @default 0.2
                 */
                qualityVariance: number;
                /**
                 * @description below which other ways to cache are proposed
                 * @default 0.3
                 */
                cacheHitRate: number;
                /**
                 * @description milliseconds that are looked back on
                 * @default 3600000
                 */
                windowMs: number;
                /**
                 * @description of a content type, before anything is proposed
                 * @default 50
                 */
                minGenerations: number;
                /**
                 * @description milliseconds between decisions what to propose
                 * @default 300000
                 */
                cycleEveryMs: number;
                /**
                 * @description before a refused wish of readers may return; a refuted hypothesis returns when its context has changed
                 * @default 86400000
                 */
                cooldownMs: number;
                /**
                 * @description milliseconds that a proposal waits for a person, before it is withdrawn and its lever is free
                 * @default 259200000
                 */
                answerWithinMs: number;
              };
              /** @default {} */
              learningBudget: {
                /**
                 * @description of a content type, in experiments
                 * @default 0.9
                 */
                trafficShare: number;
                /**
                 * @description at most
                 * @default 12
                 */
                concurrentExperiments: number;
                /**
                 * @description most money a day (UTC) that treated units may cost beyond their controls, and new prompts to try; null for no limit
                 * @default null
                 */
                spending: number | null;
                /**
                 * @description points out of 10 that the contents of a type are expected to lose on average, at most, by all trials of screened changes that run at once
                 * @default 0.2
                 */
                qualityLoss: number;
                /**
                 * @description of what a content type costs a day, for prompts and other changes tried on held-out briefs
                 * @default 0.06
                 */
                screeningShare: number;
              };
              /** @default {} */
              objective: {
                /**
                 * @description of sharing briefs among models
                 * @default weighted
                 * @enum {string}
                 */
                goal: 'weighted' | 'minimise_cost' | 'maximise_quality';
                /**
                 * @description weight
                 * @default 0.5
                 */
                quality: number;
                /**
                 * @description weight
                 * @default 0.3
                 */
                cost: number;
                /**
                 * @description weight
                 * @default 0.2
                 */
                time: number;
                /**
                 * @description mean score, points out of 10
                 * @default null
                 */
                minQuality: number | null;
                /**
                 * @description of one content, in USD
                 * @default null
                 */
                maxCost: number | null;
              };
              /** @default {} */
              allocation: {
                /**
                 * @description of each segment, spread over all models
                 * @default 0.05
                 */
                explorationShare: number;
                /**
                 * @description after which a generation counts half
                 * @default 21600000
                 */
                halfLifeMs: number;
                /**
                 * @description and shares follow; in whole half hours
                 * @default 3600000
                 */
                gradeEveryMs: number;
                /**
                 * @description of a model, before it is more than explored
                 * @default 50
                 */
                minGenerations: number;
                /**
                 * @description the same while an allocation is in force: quicker, so that it follows what the models become
                 * @default {}
                 */
                inForce: {
                  /**
                   * @description of each segment, spread over all models
                   * @default 0.02
                   */
                  explorationShare: number;
                  /**
                   * @description after which a generation counts half
                   * @default 10800000
                   */
                  halfLifeMs: number;
                  /**
                   * @description and shares follow; in whole half hours
                   * @default 1800000
                   */
                  gradeEveryMs: number;
                  /**
                   * @description of a model, before it is more than explored
                   * @default 10
                   */
                  minGenerations: number;
                };
              };
              /** @default {} */
              anomalies: {
                /**
                 * @description times the baseline
                 * @default 2
                 */
                slowGeneration: number;
                /**
                 * @description times the baseline
                 * @default 0.8
                 */
                lowQuality: number;
                /**
                 * @description times the baseline
                 * @default 1.5
                 */
                highCost: number;
                /**
                 * @description generations, before there is a baseline
                 * @default 50
                 */
                minForBaseline: number;
                /**
                 * @description milliseconds between looks for anomalies
                 * @default 60000
                 */
                checkEveryMs: number;
                /**
                 * @description of the last minutes’ generations that breach a rule
                 * @default 0.2
                 */
                opensAtShare: number;
                /**
                 * @description milliseconds that a rule looks back on
                 * @default 600000
                 */
                windowMs: number;
                /**
                 * @description milliseconds without a breach
                 * @default 1200000
                 */
                resolvesAfterMs: number;
                /**
                 * @description of a model that fails far more than usual, where no improvement is to blame: an incident alone, or calls to it are held back too; of use where the gateway has fallbacks
                 * @default open_incident
                 * @enum {string}
                 */
                onFailures: 'open_incident' | 'trip_breaker';
                /**
                 * @description milliseconds that calls to it are held back
                 * @default 300000
                 */
                tripForMs: number;
              };
              /** @default {} */
              incidents: {
                /**
                 * @description milliseconds without an alert, after which an incident is over
                 * @default 600000
                 */
                resolvesAfterMs: number;
                /**
                 * @description milliseconds within which a cause that comes back is the same incident, and nobody is told again
                 * @default 21600000
                 */
                repeatAfterMs: number;
              };
              /** @default {} */
              feedback: {
                /**
                 * @description rating that counts as a good one, in what was learned
                 * @default 4
                 */
                positiveFrom: number;
                /**
                 * @description rating that counts as a bad one, in what was learned
                 * @default 2
                 */
                negativeTo: number;
                /**
                 * @description that name the same wish, before it is proposed
                 * @default 20
                 */
                minComments: number;
                /**
                 * @description who name it
                 * @default 10
                 */
                minRaters: number;
                /**
                 * @description milliseconds between decisions what to propose and keep
                 * @default 600000
                 */
                learnEveryMs: number;
                /**
                 * @description points out of 10, by which a wish for quality raises the threshold
                 * @default 0.5
                 */
                thresholdStep: number;
              };
              /** @default {} */
              scaling: {
                /**
                 * @description milliseconds between decisions how many instances there shall be
                 * @default 60000
                 */
                checkEveryMs: number;
                /**
                 * @description milliseconds ahead that load is forecast
                 * @default 1800000
                 */
                horizonMs: number;
                /**
                 * @description of load that no instance is there for, in the cost of an instance that idles for as much; the forecast's share 1 − 1 ÷ it is provided for
                 * @default 7
                 */
                unservedCost: number;
                /**
                 * @description of the capacity, which the load shall not exceed
                 * @default 0.8
                 */
                targetUtilization: number;
                /** @default {} */
                scaleUp: {
                  /**
                   * @description above which there is one more
                   * @default 0.8
                   */
                  cpu: number;
                  /**
                   * @description above which there is one more
                   * @default 0.85
                   */
                  memory: number;
                  /**
                   * @description briefs that wait, above which there is one more
                   * @default 50
                   */
                  queue: number;
                  /**
                   * @description milliseconds, above which there is one more
                   * @default 5000
                   */
                  responseTimeMs: number;
                };
                /** @default {} */
                scaleDown: {
                  /**
                   * @description one fewer only below it
                   * @default 0.2
                   */
                  cpu: number;
                  /**
                   * @description one fewer only below it
                   * @default 0.3
                   */
                  memory: number;
                  /**
                   * @description briefs that wait; one fewer only below it
                   * @default 5
                   */
                  queue: number;
                  /**
                   * @description milliseconds; one fewer only below it
                   * @default 1000
                   */
                  responseTimeMs: number;
                };
                /**
                 * @description at least
                 * @default 1
                 */
                minInstances: number;
                /**
                 * @description at most
                 * @default 20
                 */
                maxInstances: number;
                /**
                 * @description milliseconds between changes, before more are started
                 * @default 120000
                 */
                cooldownUpMs: number;
                /**
                 * @description milliseconds between changes, before some are stopped
                 * @default 600000
                 */
                cooldownDownMs: number;
                /**
                 * @description of machines beyond what the usage needs, when a machine type is chosen
                 * @default 0.2
                 */
                headroom: number;
                /**
                 * @description milliseconds between forecasts
                 * @default 300000
                 */
                forecastEveryMs: number;
                /**
                 * @description milliseconds between choices of the machine type
                 * @default 3600000
                 */
                reconfigureEveryMs: number;
                /**
                 * @description the first is the one in use at the start
                 * @default []
                 */
                machineTypes: {
                  name: string;
                  /** @description cores */
                  cpu: number;
                  memoryMb: number;
                  callsAtOnce: number;
                  usdPerHour: number;
                }[];
              };
              /** @default {} */
              quality: {
                /**
                 * @description points out of 10, by which it rises
                 * @default 0.5
                 */
                thresholdStep: number;
                /**
                 * @description points out of 10
                 * @default 10
                 */
                maxThreshold: number;
                /**
                 * @description threshold rises only while fewer than this would be revised
                 * @default 0.1
                 */
                maxRevisedShare: number;
                /**
                 * @description milliseconds between rises, at least
                 * @default 21600000
                 */
                raiseEveryMs: number;
              };
              /** @default {} */
              cache: {
                /**
                 * @description of the answers found by meaning, made again to be compared
                 * @default 0.05
                 */
                auditShare: number;
                /**
                 * @description of the answers found by meaning, wrong ones at most
                 * @default 0.01
                 */
                wrongHitShare: number;
                /**
                 * @description until so many are judged, only near-identical requests share
                 * @default 30
                 */
                minAudited: number;
                /**
                 * @description two-sided error of the wrong share, over all looks together
                 * @default 0.05
                 */
                alpha: number;
                /**
                 * @description watched: given until too many are seen to be wrong; shown: given by a threshold of each entry, once it is shown that no more than `wrongHitShare` are wrong
                 * @default watched
                 * @enum {string}
                 */
                guarantee: 'watched' | 'shown';
              };
              /** @default {} */
              personalData: {
                /**
                 * @description since a person was last heard, when what is theirs becomes unreadable; null until they ask
                 * @default null
                 */
                retentionDays: number | null;
              };
              /**
               * @description by lever; apply where left out
               * @default {}
               */
              autonomy: {
                [key: string]: 'observe' | 'propose' | 'apply';
              };
              /**
               * @description by name, of calls that are passed on: what is measured and tried; a use that is not here is counted alone
               * @default {}
               */
              uses: {
                [key: string]: {
                  /**
                   * @description answers are measured as they pass, and their figures kept; never their words
                   * @default true
                   */
                  measureTexts: boolean;
                  /**
                   * @description asked for by the calls that are experimented with; null for none: then nothing is tried
                   * @default null
                   */
                  model: string | null;
                  /**
                   * @description offered ones that may be tried in its place
                   * @default []
                   */
                  models: string[];
                  /**
                   * @description that those calls ask for, most of them
                   * @default 1
                   */
                  temperature: number;
                  /**
                   * @description that may be tried in its place
                   * @default []
                   */
                  temperatures: number[];
                  /**
                   * @description whether it may be tried to put instructions that come back word for word before those that change, for what the provider's cache of prompts saves
                   * @default false
                   */
                  stablePromptFirst: boolean;
                };
              };
              /**
               * @description in which nothing is applied or put to the test
               * @default []
               */
              freezeWindows: (
                | {
                    /** Format: date-time */
                    from: string;
                    /** Format: date-time */
                    until: string;
                  }
                | {
                    /** @description HH:MM, UTC */
                    from: string;
                    /** @description HH:MM, UTC */
                    until: string;
                  }
              )[];
            };
            /** @description who set a key, where a person did; no restart takes that back */
            setBy: {
              [key: string]: string;
            };
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1Proposals: {
    parameters: {
      query?: {
        limit?: number;
        after?: string;
        status?: 'waiting' | 'approved' | 'queued' | 'refused';
        contentType?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Changes that are proposed, the latest first, and whether they wait for a person */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['Proposal'][];
            next: string | null;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  postV1ProposalsIdApprove: {
    parameters: {
      query?: never;
      header?: {
        /** @description the same key twice is done once and answered twice */
        'Idempotency-Key'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    /** @description At most 16 MB; at most 64 levels deep, 200000 keys, 4194304 characters in one text, 16777216 characters in all. No NUL, no half of a surrogate pair, no key `__proto__`. */
    requestBody: {
      content: {
        'application/json': {
          reason: string;
        };
      };
    };
    responses: {
      /** @description Lets a proposal be tried, and applied if its trial supports it; a repeat changes nothing */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Proposal'];
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  postV1ProposalsIdRefuse: {
    parameters: {
      query?: never;
      header?: {
        /** @description the same key twice is done once and answered twice */
        'Idempotency-Key'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    /** @description At most 16 MB; at most 64 levels deep, 200000 keys, 4194304 characters in one text, 16777216 characters in all. No NUL, no half of a surrogate pair, no key `__proto__`. */
    requestBody: {
      content: {
        'application/json': {
          reason: string;
        };
      };
    };
    responses: {
      /** @description Refuses a proposal: its lever is free, and it does not return while its context stays */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Proposal'];
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1Providers: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Each provider's models: breaker, calls under way, calls that wait */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: {
              provider: string;
              model: string;
              /** @enum {string} */
              breaker: 'closed' | 'open' | 'half_open';
              /** @description epoch milliseconds; 0 where closed */
              retryAt: number;
              /** @description calls it takes at once, as its refusals have taught; null where nothing limits it */
              atOnce: number | null;
              inFlight: number;
              queued: number;
              worker: string;
              /** @description true where it comes from the sandbox */
              simulated: boolean;
            }[];
            next: string | null;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  putV1QualityThresholdsContentType: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        contentType: string;
      };
      cookie?: never;
    };
    /** @description At most 16 MB; at most 64 levels deep, 200000 keys, 4194304 characters in one text, 16777216 characters in all. No NUL, no half of a surrogate pair, no key `__proto__`. */
    requestBody: {
      content: {
        'application/json': {
          threshold: number;
          reason: string;
        };
      };
    };
    responses: {
      /** @description Sets the quality threshold of a content type */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            contentType: string;
            threshold: number;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1Recipes: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The recipe in force of each content type */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: {
              contentType: string;
              version: string;
              /** @description version */
              generation0: string;
              improvements: string[];
              /** @description in force */
              recipe: {
                contentType: string;
                prompt: {
                  instructions: string;
                  /** @default [] */
                  examples: {
                    brief: string;
                    text: string;
                  }[];
                  template?: string;
                };
                steps: {
                  id: string;
                  instruction: string;
                  /** @default [] */
                  needs: string[];
                  maxOutputTokens: number;
                  model?: string;
                  fallbacks?: string[];
                  temperature?: number;
                  timeoutMs?: number;
                  when?: {
                    briefHas?: ('audience' | 'tone' | 'length' | 'keyPoints' | 'keywords' | 'language' | 'reference')[];
                    languageOtherThan?: string;
                    qualityBelow?: {
                      step: string;
                      score?: number;
                    };
                  };
                  revises?: string;
                  sectionsOf?: {
                    step: string;
                    fromWords?: number;
                  };
                  language?: string;
                }[];
                output: {
                  body: string;
                  title?: string;
                  extras?: string[];
                  schema?: {
                    [key: string]: unknown;
                  };
                };
                /** @default false */
                parallel: boolean;
                /** @default 1 */
                candidates: number;
                model: string;
                routing?: {
                  keyPoints: number | null;
                  words: number | null;
                  shares: {
                    model: string;
                    share: number;
                  }[];
                }[];
                /** @default 0.7 */
                temperature: number;
                /** @default {} */
                style: {
                  tone?: string;
                  words?: number;
                  structure?: string;
                };
                /** @default 0 */
                qualityThreshold: number;
                deadlineMs?: number;
                /** @default {} */
                cache: {
                  /**
                   * @default exact
                   * @enum {string}
                   */
                  strategy: 'off' | 'exact' | 'semantic';
                  /** @default 86400000 */
                  timeToLiveMs: number;
                  /** @default 0.95 */
                  similarity: number;
                  /** @enum {string} */
                  key?: 'normalised' | 'sets' | 'words';
                };
                /** @constant */
                passedOn?: true;
                /** @constant */
                promptOrder?: 'stable_first';
              };
            }[];
            next: string | null;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1Report: {
    parameters: {
      query?: {
        at?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description How the system evolved */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Report'];
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1ReportSeries: {
    parameters: {
      query?: {
        at?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The same over time */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ReportSeries'];
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  postV1Responses: {
    parameters: {
      query?: never;
      header?: {
        /** @description the same key twice is done once and answered twice */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    /** @description At most 16 MB; at most 64 levels deep, 200000 keys, 4194304 characters in one text, 16777216 characters in all. No NUL, no half of a surrogate pair, no key `__proto__`. */
    requestBody: {
      content: {
        'application/json': {
          model: string;
          input?:
            | (
                | string
                | ({
                    type?: string | null;
                    id?: string | null;
                    role?: string | null;
                  } & {
                    [key: string]: unknown;
                  })[]
              )
            | null;
          instructions?: string | null;
          stream?: boolean | null;
          store?: boolean | null;
          previous_response_id?: string | null;
          max_output_tokens?: number | null;
          temperature?: number | null;
          top_p?: number | null;
          user?: string | null;
          tools?:
            | ({
                type: string;
                name?: string | null;
                description?: string | null;
                parameters?: {
                  [key: string]: unknown;
                } | null;
                strict?: boolean | null;
              } & {
                [key: string]: unknown;
              })[]
            | null;
          tool_choice?:
            | (
                | string
                | ({
                    type: string;
                  } & {
                    [key: string]: unknown;
                  })
              )
            | null;
          parallel_tool_calls?: boolean | null;
          text?:
            | ({
                format?:
                  | ({
                      type?: string | null;
                      schema?: {
                        [key: string]: unknown;
                      } | null;
                    } & {
                      [key: string]: unknown;
                    })
                  | null;
                verbosity?: string | null;
              } & {
                [key: string]: unknown;
              })
            | null;
          reasoning?:
            | ({
                effort?: string | null;
              } & {
                [key: string]: unknown;
              })
            | null;
          include?: string[] | null;
          top_logprobs?: number | null;
          background?: boolean | null;
        } & {
          [key: string]: unknown;
        };
      };
    };
    responses: {
      /** @description OpenAI's responses, streaming included */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            id: string;
            /** @constant */
            object: 'response';
            model: string;
            status: string;
            output: ({
              type: string;
            } & {
              [key: string]: unknown;
            })[];
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1ResponsesId: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A response that is kept here */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            id: string;
            /** @constant */
            object: 'response';
            model: string;
            status: string;
            output: ({
              type: string;
            } & {
              [key: string]: unknown;
            })[];
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  deleteV1ResponsesId: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Forgets a response that is kept here */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            id: string;
            /** @constant */
            object: 'response';
            /** @constant */
            deleted: true;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1ResponsesIdInputItems: {
    parameters: {
      query?: {
        after?: string;
        before?: string;
        limit?: number;
        order?: 'asc' | 'desc';
        include?: string | string[];
        'include[]'?: string | string[];
      };
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description What a response that is kept here was asked, the latest first */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @constant */
            object: 'list';
            data: ({
              id: string;
            } & {
              [key: string]: unknown;
            })[];
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  postV1ResponsesCompact: {
    parameters: {
      query?: never;
      header?: {
        /** @description the same key twice is done once and answered twice */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    /** @description At most 16 MB; at most 64 levels deep, 200000 keys, 4194304 characters in one text, 16777216 characters in all. No NUL, no half of a surrogate pair, no key `__proto__`. */
    requestBody: {
      content: {
        'application/json': {
          model: string;
          input?:
            | (
                | string
                | ({
                    type?: string | null;
                    id?: string | null;
                    role?: string | null;
                  } & {
                    [key: string]: unknown;
                  })[]
              )
            | null;
          instructions?: string | null;
          stream?: boolean | null;
          store?: boolean | null;
          previous_response_id?: string | null;
          max_output_tokens?: number | null;
          temperature?: number | null;
          top_p?: number | null;
          user?: string | null;
          tools?:
            | ({
                type: string;
                name?: string | null;
                description?: string | null;
                parameters?: {
                  [key: string]: unknown;
                } | null;
                strict?: boolean | null;
              } & {
                [key: string]: unknown;
              })[]
            | null;
          tool_choice?:
            | (
                | string
                | ({
                    type: string;
                  } & {
                    [key: string]: unknown;
                  })
              )
            | null;
          parallel_tool_calls?: boolean | null;
          text?:
            | ({
                format?:
                  | ({
                      type?: string | null;
                      schema?: {
                        [key: string]: unknown;
                      } | null;
                    } & {
                      [key: string]: unknown;
                    })
                  | null;
                verbosity?: string | null;
              } & {
                [key: string]: unknown;
              })
            | null;
          reasoning?:
            | ({
                effort?: string | null;
              } & {
                [key: string]: unknown;
              })
            | null;
          include?: string[] | null;
          top_logprobs?: number | null;
          background?: boolean | null;
        } & {
          [key: string]: unknown;
        };
      };
    };
    responses: {
      /** @description OpenAI's summing up of a conversation, of servers that have it */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            output: ({
              type: string;
            } & {
              [key: string]: unknown;
            })[];
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  postV1ResponsesInputTokens: {
    parameters: {
      query?: never;
      header?: {
        /** @description the same key twice is done once and answered twice */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    /** @description At most 16 MB; at most 64 levels deep, 200000 keys, 4194304 characters in one text, 16777216 characters in all. No NUL, no half of a surrogate pair, no key `__proto__`. */
    requestBody: {
      content: {
        'application/json': {
          model: string;
          input?:
            | (
                | string
                | ({
                    type?: string | null;
                    id?: string | null;
                    role?: string | null;
                  } & {
                    [key: string]: unknown;
                  })[]
              )
            | null;
          instructions?: string | null;
          stream?: boolean | null;
          store?: boolean | null;
          previous_response_id?: string | null;
          max_output_tokens?: number | null;
          temperature?: number | null;
          top_p?: number | null;
          user?: string | null;
          tools?:
            | ({
                type: string;
                name?: string | null;
                description?: string | null;
                parameters?: {
                  [key: string]: unknown;
                } | null;
                strict?: boolean | null;
              } & {
                [key: string]: unknown;
              })[]
            | null;
          tool_choice?:
            | (
                | string
                | ({
                    type: string;
                  } & {
                    [key: string]: unknown;
                  })
              )
            | null;
          parallel_tool_calls?: boolean | null;
          text?:
            | ({
                format?:
                  | ({
                      type?: string | null;
                      schema?: {
                        [key: string]: unknown;
                      } | null;
                    } & {
                      [key: string]: unknown;
                    })
                  | null;
                verbosity?: string | null;
              } & {
                [key: string]: unknown;
              })
            | null;
          reasoning?:
            | ({
                effort?: string | null;
              } & {
                [key: string]: unknown;
              })
            | null;
          include?: string[] | null;
          top_logprobs?: number | null;
          background?: boolean | null;
        } & {
          [key: string]: unknown;
        };
      };
    };
    responses: {
      /** @description About how many tokens OpenAI's responses would take in; no model is called */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @constant */
            object: 'response.input_tokens';
            input_tokens: number;
            /** @constant */
            estimated: true;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1Scaling: {
    parameters: {
      query?: {
        limit?: number;
        after?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Instances started and stopped, and why */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['Scaling'][];
            next: string | null;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1ScalingDesired: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description How many instances there shall be */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            desired: number;
            running: number;
            executor: string;
            ledgerPosition: number;
            /** @description true where it comes from the sandbox */
            simulated: boolean;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1SemanticCache: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description How often answers that the cache found by meaning were wrong, by content type, and what it may do */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: {
              contentType: string;
              /**
               * @description near-identical requests alone, while too little is known; as the recipe says; more alike ones or exact ones alone
               * @enum {string}
               */
              state: 'learning' | 'watched' | 'restricted';
              /** @description similarity from which on answers are still found by meaning where restricted; null for none */
              restrictedTo: number | null;
              /** @description when it was restricted, or last allowed by a person */
              since: number | null;
              judged: number;
              /** @description the answer of the cache does not serve, the one made again does */
              onlyMade: number;
              /** @description the other way round: what the judge errs by */
              onlyServed: number;
              wrongShare: {
                value: number;
                lower: number;
                upper: number;
              };
              budget: number;
              /** @description true where it comes from the sandbox */
              simulated: boolean;
            }[];
            next: string | null;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  putV1SemanticCacheContentType: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        contentType: string;
      };
      cookie?: never;
    };
    /** @description At most 16 MB; at most 64 levels deep, 200000 keys, 4194304 characters in one text, 16777216 characters in all. No NUL, no half of a surrogate pair, no key `__proto__`. */
    requestBody: {
      content: {
        'application/json': {
          /** @constant */
          state: 'allowed';
          reason: string;
        };
      };
    };
    responses: {
      /** @description Lets the cache find answers by meaning again; wrong ones are counted again */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            contentType: string;
            /**
             * @description near-identical requests alone, while too little is known; as the recipe says; more alike ones or exact ones alone
             * @enum {string}
             */
            state: 'learning' | 'watched' | 'restricted';
            /** @description similarity from which on answers are still found by meaning where restricted; null for none */
            restrictedTo: number | null;
            /** @description when it was restricted, or last allowed by a person */
            since: number | null;
            judged: number;
            /** @description the answer of the cache does not serve, the one made again does */
            onlyMade: number;
            /** @description the other way round: what the judge errs by */
            onlyServed: number;
            wrongShare: {
              value: number;
              lower: number;
              upper: number;
            };
            budget: number;
            /** @description true where it comes from the sandbox */
            simulated: boolean;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1Session: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Who asks, as the key says that is shown */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @description of the key; null where none is shown */
            name: string | null;
            scopes: ('content' | 'feedback' | 'read' | 'operate' | 'admin')[];
            /** @description where a browser begins to log in; null where there is no provider for that */
            login: string | null;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  postV1Session: {
    parameters: {
      query?: never;
      header?: {
        /** @description the same key twice is done once and answered twice */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Keeps the key that is shown as `Authorization: Bearer` in a cookie that no script reads */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @description of the key; null where none is shown */
            name: string | null;
            scopes: ('content' | 'feedback' | 'read' | 'operate' | 'admin')[];
            /** @description where a browser begins to log in; null where there is no provider for that */
            login: string | null;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  deleteV1Session: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Forgets that cookie, and ends a login */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @description of the key; null where none is shown */
            name: string | null;
            scopes: ('content' | 'feedback' | 'read' | 'operate' | 'admin')[];
            /** @description where a browser begins to log in; null where there is no provider for that */
            login: string | null;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1SessionCallback: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Where the provider leads it back to */
      302: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': null;
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1SessionLogin: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Leads a browser to where persons log in */
      302: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': null;
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1State: {
    parameters: {
      query?: {
        at?: string;
        contentType?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description What the system is, or was at a time, and why */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['State'];
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1SubjectsId: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description What the log holds of a person, opened */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @description pseudonym in the log; null where there is only what earlier releases wrote */
            subject: string | null;
            records: {
              event: string;
              /** @description of the event */
              name: string;
              /** @description epoch milliseconds */
              time: number;
              contentId: string;
              said: {
                brief?: components['schemas']['Brief'];
                /** @description `extras`: what other steps made to be delivered, by step */
                content?: {
                  title?: string;
                  body: string;
                  extras?: {
                    [key: string]: string;
                  };
                };
                rating?: number;
                comment?: string;
                edit?: string;
                /** @description what was understood of it */
                aspects?: {
                  /** @enum {string} */
                  aspect: 'tone' | 'length' | 'quality' | 'structure' | 'accuracy' | 'relevance' | 'style';
                  /** @enum {string} */
                  polarity: 'positive' | 'negative';
                  wanted?: string;
                }[];
                /**
                 * @description of an engagement
                 * @enum {string}
                 */
                kind?: 'impression' | 'click' | 'share' | 'conversion' | 'dwell';
                value?: number;
              };
            }[];
            /** @description false where there is more than is shown at once */
            isWhole: boolean;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  deleteV1SubjectsId: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Makes it unreadable in every copy */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @description pseudonym in the log, which leads to nobody any more */
            subject: string | null;
            /** @description whether there was a key to destroy */
            forgotten: boolean;
            /** @description events of earlier releases that hold words of this person in clear: an append-only log cannot unwrite them */
            in_clear: number;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getV1Webhooks: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Receivers of web-hooks, the worst first */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: {
              /** @description its origin */
              receiver: string;
              /** @description being told at the moment */
              underWay: number;
              /** @description waiting for their next try */
              waiting: number;
              /** @description tries in a row that it did not take */
              failures: number;
              /** @description why not, the last time */
              reason: string | null;
              worker: string;
            }[];
            next: string | null;
          };
        };
      };
      /** @description Problem details */
      '4XX': {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Problem details */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
}
