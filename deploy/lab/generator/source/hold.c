/* Opens connections and keeps them; a room's sockets (kind "chat") are let into the room, too. A line on standard input asks how it stands; its end is the end. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "clock.h"
#include "party.h"
#include "system.h"

#define EVENTS_AT_ONCE 64

static enum channel_kind kind_of(const char *name) {
    static const char *const NAMES[] = {[WEBSOCKET] = "websocket", [EVENTS] = "events", [WAIT] = "wait", [IDLE] = "idle"};
    for (int kind = 0; kind <= IDLE; kind++)
        if (strcmp(name, NAMES[kind]) == 0)
            return (enum channel_kind)kind;
    die("\"%s\" is no kind of connection: websocket, chat, events, wait, idle", name);
}

static void ignore_message(struct channel *channel, const char *bytes, size_t count) {
    (void)channel, (void)bytes, (void)count;
}

static void print_standing(const struct crowd *crowd) {
    int open = 0;
    uint64_t received = 0;
    for (int at = 0; at < crowd->count; at++) {
        open += crowd_channel(crowd, at)->state == OPEN;
        received += crowd_channel(crowd, at)->received;
    }
    printf("{\"open\":%d,\"received\":%llu}\n", open, (unsigned long long)received);
    fflush(stdout);
}

/* Whether there is more to come. */
static bool answer_questions(const struct crowd *crowd) {
    char questions[64];
    ssize_t count = read(STDIN_FILENO, questions, sizeof questions);
    for (ssize_t at = 0; at < count; at++)
        if (questions[at] == '\n')
            print_standing(crowd);
    return count > 0;
}

static void print_opened(const struct crowd *crowd, int open) {
    printf("{\"open\":%d,\"refused\":%d,\"status\":%d,", open, crowd->count - open, crowd->last_status);
    printf("\"connect_seconds\":%.6f}\n", crowd->connect_seconds);
    fflush(stdout);
}

static void keep(const struct crowd *crowd) {
    struct epoll_event events[EVENTS_AT_ONCE], asked = {.events = EPOLLIN};
    epoll_ctl(crowd->poller, EPOLL_CTL_ADD, STDIN_FILENO, &asked);
    for (;;) {
        int ready = poller_wait(crowd->poller, events, EVENTS_AT_ONCE, now_ns() + SECOND_NS);
        for (int at = 0; at < ready; at++)
            if (events[at].data.ptr != NULL)
                channel_go_on(events[at].data.ptr, events[at].events);
            else if (!answer_questions(crowd))
                return;
    }
}

static void hold_in_room(const struct options *options) {
    struct party party = {.room = {.stream = options->stream}};
    party_gather(&party, options, options->connections);
    print_opened(&party.crowd, party_ready(&party));
    keep(&party.crowd);
}

void run_hold(const struct options *options) {
    if (strcmp(options->kind, "chat") == 0) {
        hold_in_room(options);
        return;
    }
    struct crowd crowd = {.stride = sizeof(struct channel), .count = options->connections};
    crowd.channels = allocate((size_t)crowd.count, crowd.stride);
    crowd_begin(&crowd, options, kind_of(options->kind));
    for (int at = 0; at < crowd.count; at++)
        crowd_channel(&crowd, at)->on_message = ignore_message;
    crowd_open(&crowd, options->timeout_seconds);
    print_opened(&crowd, crowd.open);
    keep(&crowd);
}
