-- Scalar macros about pods. `statuses` and `specs` are what the first two make of status and spec.
-- What a macro is given is copied to wherever it is mentioned, so these take what is parsed already.

CREATE MACRO container_specs(containers) AS try(from_json(
    containers,
    '[{"name":"VARCHAR","image":"VARCHAR","restartPolicy":"VARCHAR","resources":'
    || '{"requests":"MAP(VARCHAR,VARCHAR)","limits":"MAP(VARCHAR,VARCHAR)"}}]'
));

CREATE MACRO container_statuses(statuses) AS try(from_json(
    statuses,
    '[{"name":"VARCHAR","ready":"BOOLEAN","started":"BOOLEAN","restartCount":"BIGINT","state":{'
    || '"waiting":{"reason":"VARCHAR"},"running":{"startedAt":"VARCHAR"},'
    || '"terminated":{"reason":"VARCHAR","exitCode":"BIGINT","signal":"BIGINT","startedAt":"VARCHAR"}},'
    || '"lastState":{"terminated":{"reason":"VARCHAR","startedAt":"VARCHAR"}}}]'
));

-- The init containers that keep running beside the others.
CREATE MACRO sidecars(init_specs) AS [c.name FOR c IN init_specs IF c.restartPolicy = 'Always'];

CREATE MACRO container_amount(spec, kind, resource) AS
    coalesce(quantity(struct_extract(spec.resources, kind)[resource]), 0);

-- What a pod asks for, as the scheduler counts it: all containers together, or the most that is
-- needed while one init container after another runs beside the sidecars before it; a request of the
-- pod as a whole takes their place; the overhead of its runtime comes on top, of limits only where
-- there are any (PodRequests and PodLimits in k8s.io/component-helpers/resource/helpers.go, v1.36).
-- `kind` is requests or limits.
CREATE MACRO pod_amount(specs, init_specs, whole, overhead, kind, resource) AS list_first([
    amount + CASE
        WHEN kind = 'requests' OR amount > 0 THEN coalesce(quantity(json_map(overhead)[resource]), 0)
        ELSE 0
    END
    FOR amount IN [coalesce(
        quantity(try(json_extract_string(whole, '$.' || kind || '.' || resource))),
        list_first([
            greatest(
                coalesce(list_sum([container_amount(c, kind, resource) FOR c IN specs]), 0)
                + coalesce(list_sum([i.amount FOR i IN init IF i.stays]), 0),
                list_max([
                    i.amount + coalesce(list_sum([b.amount FOR b IN init[:n - 1] IF b.stays]), 0)
                    FOR i, n IN init
                ])
            )
            FOR init IN [[
                {
                    'amount': container_amount(c, kind, resource),
                    'stays': coalesce(c.restartPolicy = 'Always', false)
                }
                FOR c IN init_specs
            ]]
        ])
    )]
]);

-- What follows is printPod in pkg/printers/internalversion/printers.go, v1.36.

-- The number (from 1) of the init container that has yet to do its part: the first that has neither
-- succeeded nor, as a sidecar, started. Null if there is none.
CREATE MACRO awaited_init_container(init_statuses, init_specs) AS list_first([
    i
    FOR s, i IN init_statuses
    IF NOT coalesce(s.state.terminated.exitCode = 0, false)
    AND NOT (coalesce(s.started, false) AND list_contains(sidecars(init_specs), s.name))
]);

-- Whether the pod is beyond its init containers, or was before one of them was restarted.
CREATE MACRO is_initialized(awaited, conditions) AS
    awaited IS NULL OR coalesce(condition(conditions, 'Initialized').status = 'True', false);

CREATE MACRO exit_reason(terminated) AS coalesce(
    nullif(terminated.reason, ''),
    CASE
        WHEN terminated IS NULL THEN NULL
        WHEN coalesce(terminated.signal, 0) <> 0 THEN 'Signal:' || terminated.signal
        ELSE 'ExitCode:' || coalesce(terminated.exitCode, 0)
    END
);

-- Null if no init container is awaited.
CREATE MACRO init_reason(init_statuses, awaited, init_specs) AS 'Init:' || coalesce(
    exit_reason(init_statuses[awaited].state.terminated),
    nullif(nullif(init_statuses[awaited].state.waiting.reason, 'PodInitializing'), ''),
    (awaited - 1) || '/' || coalesce(len(init_specs), 0)
);

-- The first container's reason to wait or to have ended, where one has any.
CREATE MACRO container_reason(statuses) AS list_first(list_filter(
    [coalesce(nullif(s.state.waiting.reason, ''), exit_reason(s.state.terminated)) FOR s IN statuses],
    lambda reason: reason IS NOT NULL
));

CREATE MACRO container_failure(statuses) AS list_first([
    exit_reason(s.state.terminated)
    FOR s IN statuses
    IF coalesce(s.state.waiting.reason, '') = '' AND s.state.terminated.exitCode <> 0
]);

CREATE MACRO running_and_ready(statuses) AS coalesce(len([
    1 FOR s IN statuses
    IF s.ready AND s.state.running IS NOT NULL AND coalesce(s.state.waiting.reason, '') = ''
]), 0);

-- What kubectl shows as STATUS. A container that is done leaves the word to those that run or failed.
CREATE MACRO pod_reason(
    phase, reason, deleted, conditions, statuses, init_statuses, init_specs, awaited, initialized
) AS CASE
    WHEN deleted IS NOT NULL AND reason = 'NodeLost' THEN 'Unknown'
    WHEN deleted IS NOT NULL AND phase NOT IN ('Failed', 'Succeeded') THEN 'Terminating'
    ELSE list_first([
        CASE
            WHEN shown <> 'Completed' OR NOT initialized THEN shown
            WHEN running_and_ready(statuses) = 0 THEN coalesce(container_failure(statuses), shown)
            WHEN condition(conditions, 'Ready').status = 'True' THEN 'Running'
            ELSE 'NotReady'
        END
        FOR shown IN [coalesce(
            CASE WHEN initialized THEN container_reason(statuses) END,
            init_reason(init_statuses, awaited, init_specs),
            CASE
                WHEN condition(conditions, 'PodScheduled').reason = 'SchedulingGated'
                    THEN 'SchedulingGated'
            END,
            nullif(reason, ''),
            phase
        )]
    ])
END;

CREATE MACRO ready_containers(statuses, init_statuses, init_specs, awaited, initialized) AS
    CASE WHEN initialized THEN running_and_ready(statuses) ELSE 0 END
    + coalesce(len([
        1 FOR s, i IN init_statuses
        IF s.ready AND s.started AND list_contains(sidecars(init_specs), s.name)
        AND i < coalesce(awaited, i + 1)
    ]), 0);

CREATE MACRO expected_containers(specs, init_specs) AS
    coalesce(len(specs), 0) + coalesce(len(sidecars(init_specs)), 0);

-- While init containers are awaited, theirs are counted, then those of containers and sidecars.
CREATE MACRO pod_restarts(statuses, init_statuses, init_specs, awaited, initialized) AS coalesce(
    CASE
        WHEN initialized THEN list_sum(list_concat(
            [s.restartCount FOR s IN statuses],
            [
                s.restartCount FOR s, i IN init_statuses
                IF list_contains(sidecars(init_specs), s.name) AND i <= coalesce(awaited, i)
            ]
        ))
        ELSE list_sum([s.restartCount FOR s, i IN init_statuses IF i <= awaited])
    END,
    0
)::BIGINT;

-- Whether a container (init containers apart) has run or runs.
CREATE MACRO has_started(statuses) AS coalesce(len([
    1 FOR s IN statuses
    IF s.state.running IS NOT NULL
    OR s.lastState.terminated IS NOT NULL
    OR s.state.terminated.startedAt IS NOT NULL
]) > 0, false);

-- When the first of them started, as the kubelet's whole seconds say.
CREATE MACRO first_started(statuses) AS list_min([
    try_cast(
        coalesce(
            s.lastState.terminated.startedAt,
            s.state.running.startedAt,
            s.state.terminated.startedAt
        ) AS TIMESTAMPTZ
    )
    FOR s IN statuses
]);

CREATE MACRO out_of_memory(statuses) AS
    list_contains([s.state.terminated.reason FOR s IN statuses], 'OOMKilled');
