/* Messages that go to everybody: what one WebSocket sends comes back on all of them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arrivals.h"
#include "commands.h"
#include "crowd.h"
#include "histogram.h"
#include "system.h"
#include "window.h"

#define EVENTS_AT_ONCE 32
#define OPEN_SECONDS 10
/* A server may take a socket among those that hear everything a moment after it has opened it. */
#define SETTLE_US 100000
/* A message begins with its run and its number in hexadecimal. */
#define STAMP_BYTES 16

struct message {
    uint64_t intended;
    uint32_t delivered, expected;
    int sender;
    bool is_given_up;
};

struct fan {
    const struct options *options;
    struct crowd crowd;
    struct window window;
    struct arrivals arrivals;
    struct message *messages;
    size_t count, room, oldest;
    uint32_t run;
    int next_sender;
    char *payload, *stamp;
    size_t payload_bytes;
    uint64_t sent, expected, deliveries, in_window, in_all, outstanding, reset, malformed;
    struct histogram latency, lag;
};

static bool is_open_loop(const struct fan *fan) { return fan->options->rate > 0; }

static void note_end(struct fan *fan, enum outcome outcome) {
    fan->reset += outcome == RESET || outcome == NOT_CONNECTED;
    fan->malformed += outcome == MALFORMED;
    fan->crowd.open -= outcome != WAITING;
}

static struct message *add_message(struct fan *fan, uint64_t intended, int sender) {
    if (fan->count == fan->room) {
        fan->room *= 2;
        fan->messages = realloc(fan->messages, fan->room * sizeof *fan->messages);
        if (fan->messages == NULL)
            die("out of memory");
    }
    fan->messages[fan->count] =
        (struct message){.intended = intended, .expected = (uint32_t)fan->crowd.open, .sender = sender};
    return &fan->messages[fan->count++];
}

static void transmit(struct fan *fan, uint64_t intended, int sender) {
    struct channel *channel = crowd_channel(&fan->crowd, sender);
    char stamp[STAMP_BYTES + 1];
    if (channel->state != OPEN)
        return;
    const struct message *message = add_message(fan, intended, sender);
    fan->outstanding += message->expected;
    if (window_has(&fan->window, intended)) {
        fan->sent++;
        fan->expected += message->expected;
        if (is_open_loop(fan))
            histogram_add(&fan->lag, now_ns() - intended);
    }
    snprintf(stamp, sizeof stamp, "%08x%08x", fan->run, (unsigned)(fan->count - 1));
    memcpy(fan->stamp, stamp, STAMP_BYTES);
    channel_send(channel, fan->payload, fan->payload_bytes);
}

/* Which message this is; NULL for one of another run, or of somebody else. */
static struct message *find_message(struct fan *fan, const char *bytes, size_t count) {
    char stamp[STAMP_BYTES + 1] = {0};
    char *end;
    if (count != fan->payload_bytes)
        return NULL;
    memcpy(stamp, bytes + (fan->stamp - fan->payload), STAMP_BYTES);
    uint64_t number = strtoull(stamp, &end, 16);
    if (end != stamp + STAMP_BYTES || number >> 32 != fan->run || (number & UINT32_MAX) >= fan->count)
        return NULL;
    return &fan->messages[number & UINT32_MAX];
}

static void deliver(struct channel *channel, const char *bytes, size_t count) {
    struct fan *fan = channel->owner;
    struct message *message = find_message(fan, bytes, count);
    uint64_t now = now_ns();
    if (message == NULL || message->delivered == message->expected) {
        fan->malformed += message != NULL;
        return;
    }
    message->delivered++;
    fan->outstanding -= !message->is_given_up;
    fan->in_all++;
    fan->in_window += window_has(&fan->window, now);
    if (window_has(&fan->window, message->intended)) {
        fan->deliveries++;
        histogram_add(&fan->latency, now - message->intended);
    }
    if (!is_open_loop(fan) && message->delivered == message->expected && !message->is_given_up && now < fan->window.end)
        transmit(fan, now, message->sender);
}

/* A message that does not reach everybody in time would hold up a closed loop, and the end, for ever. */
static void give_up_late(struct fan *fan, uint64_t now) {
    uint64_t timeout = seconds_to_ns(fan->options->timeout_seconds);
    for (; fan->oldest < fan->count; fan->oldest++) {
        struct message *message = &fan->messages[fan->oldest];
        if (message->delivered < message->expected) {
            if (now < message->intended + timeout)
                return;
            message->is_given_up = true;
            fan->outstanding -= message->expected - message->delivered;
            if (!is_open_loop(fan) && now < fan->window.end)
                transmit(fan, now, message->sender);
        }
    }
}

static void admit_due(struct fan *fan, uint64_t now) {
    while (is_open_loop(fan) && arrivals_next(&fan->arrivals) <= now) {
        uint64_t intended = arrivals_next(&fan->arrivals);
        if (intended >= fan->window.end)
            return;
        arrivals_step(&fan->arrivals);
        transmit(fan, intended, fan->next_sender);
        fan->next_sender = (fan->next_sender + 1) % fan->options->senders;
    }
}

static void run(struct fan *fan) {
    struct epoll_event events[EVENTS_AT_ONCE];
    for (int sender = 0; !is_open_loop(fan) && sender < fan->options->senders; sender++)
        transmit(fan, now_ns(), sender);
    for (uint64_t now = now_ns(); now < fan->window.drain_end; now = now_ns()) {
        window_tick(&fan->window, now);
        admit_due(fan, now);
        give_up_late(fan, now);
        if (fan->window.ended && fan->outstanding == 0)
            break;
        uint64_t until = now + 10 * MILLISECOND_NS;
        if (window_next(&fan->window) < until)
            until = window_next(&fan->window);
        if (is_open_loop(fan) && !fan->window.ended && arrivals_next(&fan->arrivals) < until)
            until = arrivals_next(&fan->arrivals);
        int ready = poller_wait(fan->crowd.poller, events, EVENTS_AT_ONCE, until);
        for (int at = 0; at < ready; at++)
            note_end(fan, channel_go_on(events[at].data.ptr, events[at].events));
    }
    window_tick(&fan->window, now_ns());
}

static void report(const struct fan *fan, int open, int sockets) {
    printf("{\"seconds\":%.6f,\"cpu_seconds\":%.6f,", fan->options->seconds, window_cpu_seconds(&fan->window));
    printf("\"sent\":%llu,", (unsigned long long)fan->sent);
    printf("\"deliveries\":%llu,", (unsigned long long)fan->deliveries);
    printf("\"expected\":%llu,", (unsigned long long)fan->expected);
    printf("\"in_window\":%llu,", (unsigned long long)fan->in_window);
    printf("\"delivered_in_all\":%llu,", (unsigned long long)fan->in_all);
    printf("\"errors\":{\"refused\":%d,\"reset\":%llu,", sockets - open, (unsigned long long)fan->reset);
    printf("\"malformed\":%llu},\"latency\":", (unsigned long long)fan->malformed);
    histogram_print(&fan->latency, stdout);
    printf(",\"lag\":");
    histogram_print(&fan->lag, stdout);
    printf("}\n");
}

/* What is said: a text between what an application wants around it, and comes back as it was. */
static void write_payload(struct fan *fan) {
    const struct options *options = fan->options;
    size_t before = strlen(options->prefix), after = strlen(options->suffix);
    fan->payload_bytes = before + options->payload_bytes + after;
    fan->payload = allocate(fan->payload_bytes, 1);
    fan->stamp = fan->payload + before;
    memcpy(fan->payload, options->prefix, before);
    memset(fan->stamp, 'x', options->payload_bytes);
    memcpy(fan->stamp + options->payload_bytes, options->suffix, after);
}

void run_fan(const struct options *options) {
    struct fan *fan = allocate(1, sizeof *fan);
    if (options->payload_bytes < STAMP_BYTES || options->senders > options->connections)
        die("a message to everybody has %d bytes or more, and no more senders than sockets", STAMP_BYTES);
    fan->options = options;
    fan->room = 1024;
    fan->messages = allocate(fan->room, sizeof *fan->messages);
    write_payload(fan);
    fan->run = (uint32_t)now_ns();
    fan->crowd = (struct crowd){.stride = sizeof(struct channel), .count = options->connections};
    fan->crowd.channels = allocate((size_t)fan->crowd.count, fan->crowd.stride);
    crowd_begin(&fan->crowd, options, WEBSOCKET);
    for (int at = 0; at < fan->crowd.count; at++) {
        crowd_channel(&fan->crowd, at)->on_message = deliver;
        crowd_channel(&fan->crowd, at)->owner = fan;
    }
    crowd_open(&fan->crowd, OPEN_SECONDS);
    int open = fan->crowd.open;
    if (open == 0)
        die("no WebSocket was opened on port %d, path %s (status %d)", options->port, options->paths[0],
            fan->crowd.last_status);
    usleep(SETTLE_US);
    window_open(&fan->window, options);
    arrivals_begin(&fan->arrivals, options, fan->window.start);
    run(fan);
    report(fan, open, options->connections);
}
