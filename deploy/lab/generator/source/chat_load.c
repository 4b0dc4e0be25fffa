/* People in one room of the live protocol: some speak, some listen, and what is kept must come to every listener. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arrivals.h"
#include "commands.h"
#include "histogram.h"
#include "party.h"
#include "system.h"
#include "window.h"

#define TICK_NS (20 * MILLISECOND_NS)
/* A client id is the run and the message's number, in hexadecimal. */
#define CID_BYTES 16
#define CODE_BYTES 32

struct message {
    uint64_t intended, seq;
};

struct speaker {
    struct follower *follower;
    /* Of what it said last; -1: nothing is under way. One thing at a time, as the protocol has it. */
    long message;
    uint64_t again_at;
};

struct talk {
    const struct options *options;
    struct party party;
    struct window window;
    struct arrivals arrivals;
    struct speaker *speakers, **free_speakers;
    int free_count, listeners;
    struct message *messages;
    size_t count, space;
    uint32_t run;
    char *text, code[CODE_BYTES];
    uint64_t begun_after, last, said, kept, kept_in_window, refused, repeats, foreign, wrong;
    uint64_t deliveries, in_window;
    struct histogram latency, confirming, lag;
};

static bool is_open_loop(const struct talk *talk) { return talk->options->rate > 0; }

static struct message *message_of(struct talk *talk, const struct piece *cid) {
    char stamp[CID_BYTES + 1] = {0}, *end;
    if (cid->length != CID_BYTES)
        return NULL;
    memcpy(stamp, cid->bytes, CID_BYTES);
    uint64_t number = strtoull(stamp, &end, 16);
    if (end != stamp + CID_BYTES || number >> 32 != talk->run || (number & UINT32_MAX) >= talk->count)
        return NULL;
    return &talk->messages[number & UINT32_MAX];
}

static void transmit(struct talk *talk, struct speaker *speaker) {
    char cid[CID_BYTES + 1];
    snprintf(cid, sizeof cid, "%08x%08x", talk->run, (unsigned)speaker->message);
    speaker->again_at = 0;
    follower_say(speaker->follower, cid, talk->text);
}

static void speak(struct talk *talk, struct speaker *speaker, uint64_t intended) {
    if (talk->count == talk->space) {
        talk->space *= 2;
        talk->messages = realloc(talk->messages, talk->space * sizeof *talk->messages);
        if (talk->messages == NULL)
            die("out of memory");
    }
    speaker->message = (long)talk->count;
    talk->messages[talk->count++] = (struct message){.intended = intended};
    talk->said += window_has(&talk->window, intended);
    transmit(talk, speaker);
}

/* Its last message is kept, or never will be. */
static void speak_next(struct talk *talk, struct speaker *speaker) {
    struct arrival arrival;
    uint64_t now = now_ns();
    speaker->message = -1;
    if (speaker->follower->channel.state != OPEN)
        return;
    if (!is_open_loop(talk) && now < talk->window.end)
        speak(talk, speaker, now);
    else if (is_open_loop(talk) && arrivals_take(&talk->arrivals, &arrival))
        speak(talk, speaker, arrival.intended);
    else
        talk->free_speakers[talk->free_count++] = speaker;
}

/* Whether this number is the one by which everybody knows the message. */
static bool is_numbered(struct talk *talk, struct message *message, uint64_t seq) {
    if (message->seq == 0)
        message->seq = seq;
    talk->wrong += message->seq != seq;
    return message->seq == seq;
}

static void hear_answer(struct follower *follower, const struct said *said) {
    struct talk *talk = follower->room->owner;
    struct speaker *speaker = follower->owner;
    bool is_kept = piece_is(&said->type, "ok");
    struct message *message = message_of(talk, is_kept ? &said->cid : &said->re);
    if (!is_kept && said->code.length < CODE_BYTES)
        snprintf(talk->code, CODE_BYTES, "%.*s", (int)said->code.length, said->code.bytes);
    if (message == NULL || speaker == NULL || speaker->message != message - talk->messages)
        return;
    if (!is_kept && said->retry_ms) {
        talk->repeats++;
        speaker->again_at = now_ns() + said->retry_ms * MILLISECOND_NS;
        return;
    }
    uint64_t now = now_ns();
    talk->refused += !is_kept;
    talk->kept += is_kept;
    if (is_kept && is_numbered(talk, message, said->seq) && said->seq > talk->last)
        talk->last = said->seq;
    talk->kept_in_window += is_kept && window_has(&talk->window, now);
    if (is_kept && window_has(&talk->window, message->intended))
        histogram_add(&talk->confirming, now - message->intended);
    speak_next(talk, speaker);
}

static void hear_event(struct follower *follower, const struct said_event *event) {
    struct talk *talk = follower->room->owner;
    struct message *message = message_of(talk, &event->cid);
    uint64_t now = now_ns();
    if (message == NULL) {
        talk->foreign++;
        return;
    }
    is_numbered(talk, message, event->seq);
    talk->deliveries++;
    talk->in_window += window_has(&talk->window, now);
    if (window_has(&talk->window, message->intended))
        histogram_add(&talk->latency, now - message->intended);
}

static void admit_due(struct talk *talk, uint64_t now) {
    while (is_open_loop(talk) && arrivals_next(&talk->arrivals) <= now) {
        struct arrival arrival = {.intended = arrivals_next(&talk->arrivals)};
        if (arrival.intended >= talk->window.end)
            return;
        arrivals_step(&talk->arrivals);
        if (talk->free_count == 0) {
            arrivals_wait(&talk->arrivals, arrival);
            continue;
        }
        /* A dead speaker is dropped from the free ones here; none is left when all are dead. */
        struct speaker *speaker = talk->free_speakers[--talk->free_count];
        if (speaker->follower->channel.state != OPEN) {
            arrivals_wait(&talk->arrivals, arrival);
            continue;
        }
        histogram_add(&talk->lag, now_ns() - arrival.intended);
        speak(talk, speaker, arrival.intended);
    }
}

static void tick(struct talk *talk, uint64_t now) {
    for (int at = 0; at < talk->party.crowd.count; at++)
        follower_tick(party_member(&talk->party, at), now);
    for (int at = 0; at < talk->options->senders; at++) {
        struct speaker *speaker = &talk->speakers[at];
        if (speaker->again_at && speaker->again_at <= now && speaker->follower->channel.state == OPEN)
            transmit(talk, speaker);
    }
}

static bool is_complete(const struct follower *follower, uint64_t begun_after, uint64_t last) {
    return follower->listens && follower->channel.state == OPEN && follower->first == begun_after &&
           follower->seq >= last;
}

static int complete_listeners(const struct talk *talk) {
    int complete = 0;
    for (int at = 0; at < talk->party.crowd.count; at++)
        complete += is_complete(party_member(&talk->party, at), talk->begun_after, talk->last);
    return complete;
}

static bool is_over(const struct talk *talk) {
    for (int at = 0; at < talk->options->senders; at++)
        if (talk->speakers[at].message >= 0)
            return false;
    return talk->arrivals.waiting == 0 && complete_listeners(talk) == talk->listeners;
}

static void run(struct talk *talk) {
    uint64_t ticked = 0;
    for (int at = 0; at < talk->options->senders; at++)
        speak_next(talk, &talk->speakers[at]);
    for (uint64_t now = now_ns(); now < talk->window.drain_end; now = now_ns()) {
        window_tick(&talk->window, now);
        admit_due(talk, now);
        if (now >= ticked + TICK_NS) {
            ticked = now;
            tick(talk, now);
            if (talk->window.ended && is_over(talk))
                break;
        }
        uint64_t until = now + TICK_NS / 2;
        if (window_next(&talk->window) < until)
            until = window_next(&talk->window);
        if (is_open_loop(talk) && !talk->window.ended && arrivals_next(&talk->arrivals) < until)
            until = arrivals_next(&talk->arrivals);
        party_go_on(&talk->party, until);
    }
    window_tick(&talk->window, now_ns());
}

static void print_count(const char *name, uint64_t count) { printf("\"%s\":%llu,", name, (unsigned long long)count); }

static void report(const struct talk *talk) {
    const struct room *room = &talk->party.room;
    printf("{\"seconds\":%.6f,\"cpu_seconds\":%.6f,", talk->options->seconds, window_cpu_seconds(&talk->window));
    print_count("sent", talk->said);
    print_count("kept", talk->kept);
    print_count("kept_in_window", talk->kept_in_window);
    print_count("refused", talk->refused);
    print_count("repeated_sends", talk->repeats);
    print_count("begun_after", talk->begun_after);
    print_count("last", talk->last);
    print_count("deliveries", talk->deliveries);
    print_count("in_window", talk->in_window);
    print_count("foreign", talk->foreign);
    print_count("wrong", talk->wrong);
    print_count("listeners", (uint64_t)talk->listeners);
    print_count("complete", (uint64_t)complete_listeners(talk));
    print_count("repeated", room->repeated);
    print_count("holes", room->holes);
    print_count("lags", room->lags);
    print_count("syncs", room->syncs);
    print_count("resets", room->resets);
    printf("\"code\":\"%s\",\"errors\":{", talk->code);
    print_count("reset", talk->party.reset);
    print_count("malformed", talk->party.malformed);
    printf("\"unreadable\":%llu},\"latency\":", (unsigned long long)room->unreadable);
    histogram_print(&talk->latency, stdout);
    printf(",\"confirming\":");
    histogram_print(&talk->confirming, stdout);
    printf(",\"lag\":");
    histogram_print(&talk->lag, stdout);
    printf("}\n");
}

static void gather(struct talk *talk) {
    const struct options *options = talk->options;
    party_gather(&talk->party, options, talk->listeners);
    int ready = party_ready(&talk->party);
    if (ready < options->connections)
        die("%d of %d sockets were let into %s (status %d, %llu closed, last error \"%s\")", ready, options->connections,
            options->stream, talk->party.crowd.last_status, (unsigned long long)talk->party.reset, talk->code);
    for (int at = 0; at < options->senders; at++) {
        talk->speakers[at] = (struct speaker){.follower = party_member(&talk->party, at), .message = -1};
        talk->speakers[at].follower->owner = &talk->speakers[at];
    }
    talk->begun_after = talk->last = party_member(&talk->party, options->connections - 1)->seq;
}

void run_chat(const struct options *options) {
    struct talk *talk = allocate(1, sizeof *talk);
    talk->options = options;
    talk->listeners = options->listeners < 0 ? options->connections : options->listeners;
    if (options->senders > options->connections || talk->listeners > options->connections || talk->listeners < 1)
        die("there are no more speakers and no more listeners than sockets, and one listener at least");
    talk->party.room = (struct room){
        .stream = options->stream, .on_event = hear_event, .on_answer = hear_answer, .owner = talk,
    };
    talk->speakers = allocate((size_t)options->senders, sizeof *talk->speakers);
    talk->free_speakers = allocate((size_t)options->senders, sizeof *talk->free_speakers);
    talk->space = 1024;
    talk->messages = allocate(talk->space, sizeof *talk->messages);
    talk->text = allocate(options->payload_bytes + 1, 1);
    memset(talk->text, 'x', options->payload_bytes);
    talk->run = (uint32_t)now_ns();
    gather(talk);
    window_open(&talk->window, options);
    arrivals_begin(&talk->arrivals, options, talk->window.start);
    run(talk);
    report(talk);
}
