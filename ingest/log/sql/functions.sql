-- Scalar macros: what the columns of the resource views are made of. They take the text of a part of
-- an object and give null, never an error, for what is not as Kubernetes would have it.

-- A Kubernetes quantity such as 100m, 1.5Gi, 2e3 as a number, rounded once: a decimal suffix becomes
-- an exponent, so that the text is read as a whole, and a binary one is a power of two, which loses
-- nothing (suffixer.go and quantity.go of k8s.io/apimachinery/pkg/api/resource, v1.36). The list of
-- one is there to name the two parts: what a macro is given is copied to wherever it is mentioned.
CREATE MACRO quantity(amount) AS list_first([
    coalesce(
        try_cast(
            part.number || 'e' || 3 * (
                list_position(['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'], part.suffix) - 4
            ) AS DOUBLE
        ),
        try_cast(part.number AS DOUBLE)
        * 1024 ** list_position(['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'], part.suffix),
        CASE WHEN part.suffix SIMILAR TO '[eE][+-]?[0-9]+' THEN try_cast(amount AS DOUBLE) END
    )
    FOR part IN [
        regexp_extract(amount, '^([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))(.*)$', ['number', 'suffix'])
    ]
]);

CREATE MACRO json_map(body) AS try(from_json(body, '"MAP(VARCHAR,VARCHAR)"'));

CREATE MACRO json_texts(body) AS try(from_json(body, '["VARCHAR"]'));

CREATE MACRO json_count(body) AS try(json_array_length(body));

-- The controller among metadata.ownerReferences, as Kind/name.
CREATE MACRO controller(owner_references) AS list_first([
    o.kind || '/' || o.name
    FOR o IN try(from_json(
        owner_references, '[{"kind":"VARCHAR","name":"VARCHAR","controller":"BOOLEAN"}]'
    ))
    IF o.controller
]);

CREATE MACRO controller_uid(owner_references) AS list_first([
    o.uid
    FOR o IN try(from_json(owner_references, '[{"uid":"VARCHAR","controller":"BOOLEAN"}]'))
    IF o.controller
]);

CREATE MACRO conditions_of(conditions) AS try(from_json(
    conditions,
    '[{"type":"VARCHAR","status":"VARCHAR","reason":"VARCHAR","lastTransitionTime":"VARCHAR"}]'
));

-- One of status.conditions, as `conditions_of` gives them; null if it is not there.
CREATE MACRO condition(conditions, wanted) AS list_first([
    c FOR c IN conditions IF c.type = wanted
]);

-- Those of status.conditions that hold, by name.
CREATE MACRO true_conditions(conditions) AS [
    c.type FOR c IN conditions IF c.status = 'True'
];
