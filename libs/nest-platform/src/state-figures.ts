import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { metrics as telemetry, type Observable, type ObservableResult } from '@opentelemetry/api';
import { statfs } from 'node:fs/promises';
import { FoldHost } from './fold-host.ts';
import { MODELS, type Models, PLATFORM, type Platform } from './platform.ts';
import { ProjectionHost } from './projection-host.ts';
import { ReadinessCheck } from './readiness-check.ts';
import { SystemStateReader } from './system-state-reader.ts';

const IMPROVEMENT_STATUSES = ['applied', 'confirmed', 'rolled_back', 'expired'] as const;

/** The state of this process, of its providers and of the system as gauges: read whenever somebody reads the figures. */
@Injectable()
export class StateFigures implements OnModuleInit, OnApplicationShutdown {
  private readonly forgets: (() => void)[] = [];

  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    @Inject(MODELS) private readonly models: Models,
    private readonly folds: FoldHost,
    private readonly projections: ProjectionHost,
    private readonly check: ReadinessCheck,
    private readonly state: SystemStateReader,
  ) {}

  onModuleInit(): void {
    this.observeProgress();
    this.observeSystem();
    this.observeProviders();
    if (this.models.budgets) this.observeBudgets(this.models.budgets);
    if (this.platform.folder !== undefined) this.observeDisk(this.platform.folder);
  }

  /** What has ended is asked no more. */
  onApplicationShutdown(): void {
    for (const forget of this.forgets) forget();
  }

  private observeProgress(): void {
    this.gauge('contentflow_ready', 'Whether this process can do its work: 1 or 0', async (ready) =>
      ready.observe(Number((await this.check.now()).isReady)),
    );
    this.gauge(
      'contentflow_stalled',
      'Whether a fold or projection is on the same events for long: 1 or 0',
      (stalled) => {
        const found = new Set([...this.folds.stalled(), ...this.projections.stalled()].map(({ name }) => name));
        for (const follower of [...this.folds.names(), ...this.projections.names()])
          stalled.observe(Number(found.has(follower)), { follower });
      },
    );
    this.gauge('contentflow_projection_lag_events', 'Events that documents do not tell of yet', async (lag) => {
      for (const [projection, events] of await this.projections.lags()) lag.observe(events, { projection });
    });
  }

  /** As this process has read it from the ledger: all processes tell the same. */
  private observeSystem(): void {
    this.gauge('contentflow_autonomy_paused', 'Whether a person has paused autonomy: 1 or 0', (paused) =>
      paused.observe(Number(this.state.current().autonomy.state === 'paused')),
    );
    this.gauge('contentflow_improvements', 'Improvements, by what has become of them', (improvements) => {
      const all = this.state.current().improvements;
      for (const status of IMPROVEMENT_STATUSES)
        improvements.observe(all.filter((each) => each.status === status).length, { status });
    });
    this.gauge('contentflow_experiments_running', 'Experiments that expose traffic', (running) => {
      const all = Object.values(this.state.current().experiments);
      running.observe(all.filter(({ status }) => status === 'running').length);
    });
    this.gauge('contentflow_instances', 'Instances that there are to be, as was last decided', (instances) =>
      instances.observe(this.state.current().instances),
    );
  }

  private observeProviders(): void {
    const { gateway } = this.models;
    if (!gateway) return;
    this.gauge('contentflow_breaker_open', 'Whether calls to a model are held back: 1 or 0', (open) => {
      // Callers make names of models up: of those only what is held back is told.
      const known = new Set(gateway.models);
      for (const { provider, model, breaker } of gateway.targets())
        if (breaker !== 'closed' || known.has(model)) open.observe(Number(breaker !== 'closed'), { provider, model });
    });
    this.gauge('contentflow_provider_requests', 'Calls to a provider, by whether they wait', (requests) => {
      const providers = new Map(gateway.targets().map((target) => [target.provider, target]));
      for (const [provider, { inFlight, queued }] of providers) {
        requests.observe(inFlight, { provider, state: 'in_flight' });
        requests.observe(queued, { provider, state: 'queued' });
      }
    });
  }

  /** Of the day and of content types. There may be any number of callers and keys: `/v1/budgets` tells of those. */
  private observeBudgets(budgets: NonNullable<Models['budgets']>): void {
    const meter = telemetry.getMeter('contentflow');
    const gaugeOf = (what: string, description: string) =>
      meter.createObservableGauge(`contentflow_budget_${what}_dollars`, { description });
    const limit = gaugeOf('limit', 'What may be spent today, in US dollars');
    const spent = gaugeOf('spent', 'Spent today, in US dollars');
    const reserved = gaugeOf('reserved', 'Set aside for calls under way, in US dollars');
    this.batch([limit, spent, reserved], async (observe) => {
      for (const { account, ...balance } of await budgets.today()) {
        if (account !== 'day' && !account.startsWith('content-type/')) continue;
        observe(limit, balance.limitUsd, { account });
        observe(spent, balance.spentUsd, { account });
        observe(reserved, balance.reservedUsd, { account });
      }
    });
  }

  private observeDisk(folder: string): void {
    const meter = telemetry.getMeter('contentflow');
    const size = meter.createObservableGauge('contentflow_disk_size_bytes', { description: 'Of the disk of the data' });
    const free = meter.createObservableGauge('contentflow_disk_free_bytes', { description: 'Free for this process' });
    this.batch([size, free], async (observe) => {
      const { bsize, blocks, bavail } = await statfs(folder);
      observe(size, bsize * blocks);
      observe(free, bsize * bavail);
    });
  }

  private gauge(name: string, description: string, observe: (gauge: ObservableResult) => void | Promise<void>): void {
    const gauge = telemetry.getMeter('contentflow').createObservableGauge(name, { description });
    gauge.addCallback(observe);
    this.forgets.push(() => gauge.removeCallback(observe));
  }

  private batch(gauges: Observable[], ask: (observe: Observe) => Promise<void>): void {
    const meter = telemetry.getMeter('contentflow');
    const callback: Parameters<typeof meter.addBatchObservableCallback>[0] = (result) =>
      ask((gauge, value, attributes) => result.observe(gauge, value, attributes));
    meter.addBatchObservableCallback(callback, gauges);
    this.forgets.push(() => meter.removeBatchObservableCallback(callback, gauges));
  }
}

type Observe = (gauge: Observable, value: number, attributes?: Record<string, string>) => void;
