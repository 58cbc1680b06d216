import {
  pageSchema,
  type IncidentDocument,
  type NotificationDocument,
  type ShownIncident,
} from '@contentflow/contracts';
import { notFound, SystemStateReader, valid } from '@contentflow/nest-platform';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { z } from 'zod';
import { incidentWords, knownNames } from './domain/incident-words.ts';
import { MonitorDocuments } from './monitor-documents.ts';

const incidentsSchema = pageSchema.extend({ status: z.enum(['open', 'resolved']).optional() });
/** More channels than anybody names, and both of what each is told. */
const NOTIFICATIONS_SHOWN = 100;

/** What is wrong, why, what was done about it, how to take that back, and who was told. */
@Controller('v1')
export class IncidentsController {
  constructor(
    private readonly documents: MonitorDocuments,
    private readonly system: SystemStateReader,
  ) {}

  @Get('incidents')
  async incidents(@Query(valid(incidentsSchema)) query: z.output<typeof incidentsSchema>) {
    const { limit, after, status } = query;
    const where = status === undefined ? undefined : { status };
    const sort = { by: 'openedAt', descending: true };
    const { items, next } = await this.documents.incidents.find({ where, sort, limit, after });
    return { items: await Promise.all(items.map((each) => this.shown(each))), next };
  }

  @Get('incidents/:id')
  async incident(@Param('id') id: string): Promise<ShownIncident> {
    const incident = await this.documents.incidents.get(id);
    if (!incident) throw notFound('incident', id);
    return this.shown(incident);
  }

  private async shown(incident: IncidentDocument): Promise<ShownIncident> {
    const system = this.system.current();
    // What joined it since stands in no document of its own.
    const current = Object.values(system.alertsByCause).find((each) => each.incident?.incidentId === incident.id);
    const counted = { ...incident, count: Math.max(incident.count, current?.incident?.count ?? 0) };
    return {
      ...counted,
      ...incidentWords(counted, knownNames(system)),
      notifications: await this.notificationsOf(incident.id),
      simulated: this.documents.platform.simulated,
    };
  }

  private async notificationsOf(incidentId: string): Promise<NotificationDocument[]> {
    const { items } = await this.documents.notifications.find({
      where: { incidentId },
      sort: { by: 'at' },
      limit: NOTIFICATIONS_SHOWN,
    });
    return [...items];
  }
}
