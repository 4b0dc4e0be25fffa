/* Messages over WebSockets, each of which comes back as it was. */
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "crowd.h"
#include "load.h"
#include "system.h"

#define OPEN_SECONDS 10
#define STAMP_BYTES 16

static size_t message_bytes;

/* A message is the answer when it is word for word what was said, and only once. */
static void hear(struct channel *channel, const char *bytes, size_t count) {
    struct slot *slot = (struct slot *)(void *)channel;
    bool is_echo = slot->said && count == message_bytes && memcmp(bytes, slot->message, count) == 0;
    slot->heard = is_echo && slot->heard == WAITING ? ANSWERED : MALFORMED;
}

static void say(struct slot *slot) {
    static uint64_t number;
    char stamp[STAMP_BYTES + 1];
    snprintf(stamp, sizeof stamp, "%016llx", (unsigned long long)number++);
    /* Short messages keep the end of it, which is what changes. */
    size_t kept = message_bytes < STAMP_BYTES ? message_bytes : STAMP_BYTES;
    memcpy(slot->message, stamp + STAMP_BYTES - kept, kept);
    slot->said = true;
    channel_send(&slot->channel, slot->message, message_bytes);
}

static enum outcome start(struct load *load, struct slot *slot) {
    slot->said = false;
    slot->heard = WAITING;
    slot->channel.received = 0;
    if (slot->channel.state == OPEN) {
        say(slot);
        return WAITING;
    }
    load->connects++;
    return channel_open(&slot->channel, load->poller, load->options->port, load->requests);
}

static enum outcome go_on(struct slot *slot, uint32_t events) {
    enum outcome outcome = channel_go_on(&slot->channel, events);
    if (slot->heard != WAITING)
        return slot->heard;
    if (slot->channel.state == OPEN && !slot->said)
        say(slot);
    return outcome;
}

static void look(struct slot *slot, uint32_t events) { channel_go_on(&slot->channel, events); }

static struct answer finish(struct load *load, struct slot *slot) {
    (void)load;
    return (struct answer){0, slot->channel.received};
}

static void close_slot(struct slot *slot) { channel_close(&slot->channel); }

static const struct protocol ECHO_PROTOCOL = {start, go_on, look, finish, close_slot};

void run_echo(const struct options *options) {
    struct load *load = allocate(1, sizeof *load);
    struct crowd crowd = {.stride = sizeof(struct slot), .count = options->connections};
    message_bytes = options->payload_bytes;
    load->slots = allocate((size_t)options->connections, sizeof *load->slots);
    crowd.channels = (char *)load->slots;
    crowd_begin(&crowd, options, WEBSOCKET);
    for (int at = 0; at < options->connections; at++) {
        load->slots[at].channel.on_message = hear;
        load->slots[at].message = allocate(message_bytes, 1);
        memset(load->slots[at].message, 'x', message_bytes);
    }
    crowd_open(&crowd, OPEN_SECONDS);
    if (crowd.open == 0)
        die("no WebSocket was opened on port %d, path %s (status %d)", options->port, options->paths[0],
            crowd.last_status);
    load->options = options;
    load->protocol = &ECHO_PROTOCOL;
    load->poller = crowd.poller;
    load->requests = &crowd.request;
    load_run(load);
}
