//! `prost-types` 0.14: exact, because all fields are public.

use prost_types::{
    Any, Api, DescriptorProto, Duration, Enum, EnumDescriptorProto, EnumOptions, EnumValue,
    EnumValueDescriptorProto, EnumValueOptions, ExtensionRangeOptions, Field, FieldDescriptorProto,
    FieldMask, FieldOptions, FileDescriptorProto, FileDescriptorSet, FileOptions, GeneratedCodeInfo,
    ListValue, MessageOptions, Method, MethodDescriptorProto, MethodOptions, Mixin, NullValue,
    OneofDescriptorProto, OneofOptions, Option, ServiceDescriptorProto, ServiceOptions, SourceCodeInfo,
    SourceContext, Struct, Syntax, Timestamp, Type, UninterpretedOption, Value, descriptor_proto,
    enum_descriptor_proto, field, field_descriptor_proto, field_options, file_options, generated_code_info,
    method_options, source_code_info, uninterpreted_option, value,
};

use crate::{DeepSize, Walker};

flat! {
    Duration, NullValue, Syntax, Timestamp, descriptor_proto::ReservedRange,
    enum_descriptor_proto::EnumReservedRange, field::Cardinality, field::Kind,
    field_descriptor_proto::Label, field_descriptor_proto::Type, field_options::CType,
    field_options::JsType, file_options::OptimizeMode, method_options::IdempotencyLevel,
}

fields! {
    Any { type_url, value }
    Api { name, methods, options, version, source_context, mixins, syntax }
    DescriptorProto {
        name, field, extension, nested_type, enum_type, extension_range, oneof_decl, options,
        reserved_range, reserved_name,
    }
    Enum { name, enumvalue, options, source_context, syntax }
    EnumDescriptorProto { name, value, options, reserved_range, reserved_name }
    EnumOptions { allow_alias, deprecated, uninterpreted_option }
    EnumValue { name, number, options }
    EnumValueDescriptorProto { name, number, options }
    EnumValueOptions { deprecated, uninterpreted_option }
    ExtensionRangeOptions { uninterpreted_option }
    Field {
        kind, cardinality, number, name, type_url, oneof_index, packed, options, json_name, default_value,
    }
    FieldDescriptorProto {
        name, number, label, r#type, type_name, extendee, default_value, oneof_index, json_name, options,
        proto3_optional,
    }
    FieldMask { paths }
    FieldOptions { ctype, packed, jstype, lazy, deprecated, weak, uninterpreted_option }
    FileDescriptorProto {
        name, package, dependency, public_dependency, weak_dependency, message_type, enum_type, service,
        extension, options, source_code_info, syntax,
    }
    FileDescriptorSet { file }
    FileOptions {
        java_package, java_outer_classname, java_multiple_files,
        java_string_check_utf8, optimize_for, go_package, cc_generic_services, java_generic_services,
        py_generic_services, php_generic_services, deprecated, cc_enable_arenas, objc_class_prefix,
        csharp_namespace, swift_prefix, php_class_prefix, php_namespace, php_metadata_namespace,
        ruby_package, uninterpreted_option,
    }
    GeneratedCodeInfo { annotation }
    ListValue { values }
    MessageOptions {
        message_set_wire_format, no_standard_descriptor_accessor, deprecated, map_entry,
        uninterpreted_option,
    }
    Method {
        name, request_type_url, request_streaming, response_type_url, response_streaming, options, syntax,
    }
    MethodDescriptorProto { name, input_type, output_type, options, client_streaming, server_streaming }
    MethodOptions { deprecated, idempotency_level, uninterpreted_option }
    Mixin { name, root }
    OneofDescriptorProto { name, options }
    OneofOptions { uninterpreted_option }
    Option { name, value }
    ServiceDescriptorProto { name, method, options }
    ServiceOptions { deprecated, uninterpreted_option }
    SourceCodeInfo { location }
    SourceContext { file_name }
    Struct { fields }
    Type { name, fields, oneofs, options, source_context, syntax }
    UninterpretedOption {
        name, identifier_value, positive_int_value, negative_int_value, double_value, string_value,
        aggregate_value,
    }
    Value { kind }
    descriptor_proto::ExtensionRange { start, end, options }
    generated_code_info::Annotation { path, source_file, begin, end }
    source_code_info::Location {
        path, span, leading_comments, trailing_comments, leading_detached_comments,
    }
    uninterpreted_option::NamePart { name_part, is_extension }
}

/// The field of the active variant.
impl DeepSize for value::Kind {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        macro_rules! variants {
            ($($name:ident)*) => {
                match self {
                    $(Self::$name(value) => {
                        walker.variant(stringify!($name));
                        walker.field("0", value);
                    })*
                }
            };
        }
        variants! { NullValue NumberValue StringValue BoolValue StructValue ListValue }
    }
}
